import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MoveResult } from '../../../mail/model/client';
import type { MailError } from '../../../mail/errors';
import { BOB, sessionOf, settingsFor } from '../fixture';
import { commandsOf, cutAt, numbered, results, startImapLab, without, type ImapLab } from './lab';

const START = /^(SELECT|NOOP)$/;

describe('moving and copying over IMAP', () => {
  let lab: ImapLab;
  beforeAll(async () => {
    lab = await startImapLab();
  });
  afterAll(async () => await lab?.stop());

  it('moves 1,000 messages with one command', async () => {
    const ids = await lab.fill('Bulk', numbered(1000));
    await lab.client.createFolder('Bulk target');
    const commands = await commandsOf(lab.wire, async () => {
      const outcomes = await lab.client.moveMessages(ids, 'Bulk target');
      expect(outcomes.size).toBe(1000);
      expect(new Set(results(outcomes))).toEqual(new Set(['done']));
      expect(outcomes.get(ids[0]!)).toEqual({
        folder: 'Bulk target',
        id: expect.stringMatching(/^Bulk%20target;UIDVALIDITY=\d+\/;UID=1$/) as string,
      });
    });
    expect(commands).toEqual(['SELECT', 'UID MOVE']);
    expect(await lab.subjects('Bulk')).toEqual([]);
    expect(await lab.subjects('Bulk target')).toEqual(numbered(1000).reverse());
  });

  it('moves every other one of 2,000 with as few commands as possible', async () => {
    const ids = await lab.fill('Odd', numbered(2000));
    const odd = ids.filter((_, i) => i % 2 === 0);
    const commands = await commandsOf(
      lab.wire,
      async () => await lab.client.moveMessages(odd, 'Bulk target'),
    );
    expect(commands.filter((name) => !START.test(name))).toEqual(['UID MOVE']);
    expect(await lab.subjects('Odd')).toHaveLength(1000);
  });

  it('copies 1,000 messages with one command, and gives the ids of the copies', async () => {
    const ids = await lab.fill('Copied', numbered(1000));
    await lab.client.createFolder('Copies');
    const commands = await commandsOf(lab.wire, async () => {
      const outcomes = await lab.client.copyMessages(ids, 'Copies');
      const copies = [...outcomes.values()].map((one) => (one as MoveResult).id!);
      expect(copies).toEqual((await lab.witness.findMessages('Copies', {}, Infinity)).reverse());
    });
    expect(commands).toEqual(['SELECT', 'UID COPY']);
    expect(await lab.subjects('Copied')).toHaveLength(1000);
  });

  it('moves from several folders, and names each id that it could not move', async () => {
    const [one = ''] = await lab.fill('From A', ['a']);
    const [two = '', gone = ''] = await lab.fill('From B', ['b', 'gone']);
    await lab.witness.deleteMessages([gone], { permanently: true });
    const replaced = one.replace(/UIDVALIDITY=\d+/, 'UIDVALIDITY=7');
    const nowhere = one.replace('From%20A', 'Nowhere');
    const outcomes = await lab.client.moveMessages(
      [one, replaced, 'nonsense', nowhere, two, gone],
      'Archive',
    );
    const codes = [one, replaced, 'nonsense', nowhere, two, gone].map(
      (id) => (outcomes.get(id) as MailError).code ?? 'done',
    );
    expect(codes).toEqual([
      'done',
      'MESSAGE_NOT_FOUND',
      'INVALID_INPUT',
      'FOLDER_NOT_FOUND',
      'done',
      'MESSAGE_NOT_FOUND',
    ]);
    expect((await lab.subjects('Archive')).sort()).toEqual(['a', 'b']);
  });

  it('leaves a message alone that is in the folder already', async () => {
    const [id = ''] = await lab.fill('Home', ['stays']);
    const absent = id.replace(/UID=\d+$/, 'UID=4000');
    const outcomes = await lab.client.moveMessages([id, absent], 'Home');
    expect(outcomes.get(id)).toEqual({ folder: 'Home', id });
    expect(outcomes.get(absent)).toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    expect(await lab.witness.findMessages('Home', {}, 10)).toEqual([id]);
  });

  it('names the folder that is not there, and changes nothing', async () => {
    const ids = await lab.fill('Kept', ['kept']);
    for (const relocate of [
      lab.client.moveMessages.bind(lab.client),
      lab.client.copyMessages.bind(lab.client),
    ]) {
      await expect(relocate(ids, 'No/Such')).rejects.toMatchObject({
        code: 'FOLDER_NOT_FOUND',
        message: 'There is no folder "No/Such" in this mailbox',
      });
    }
    expect(await lab.subjects('Kept')).toEqual(['kept']);
  });

  it('finds a folder by its use, and asks the server for it only once', async () => {
    const [first = '', second = ''] = await lab.fill('By use', ['one', 'two']);
    const client = await lab.open();
    const commands = await commandsOf(lab.wire, async () => {
      expect((await client.moveMessages([first], '\\Junk')).get(first)).toMatchObject({ folder: 'Junk' });
      expect((await client.moveMessages([second], '\\Junk')).get(second)).toMatchObject({ folder: 'Junk' });
    });
    expect(commands.filter((name) => name === 'LIST')).toHaveLength(1);
    await expect(client.moveMessages([first], '\\All')).rejects.toMatchObject({
      code: 'FOLDER_NOT_FOUND',
      message: 'The server names no folder for All Mail',
    });
    await client.close();
  });

  it('keeps accounts apart', async () => {
    const [id = ''] = await lab.fill('INBOX', ['for alice']);
    const bob = await lab.open(BOB);
    expect(results(await bob.moveMessages([id], 'Archive'))).not.toContain('done');
    await bob.close();
    expect(await lab.subjects('INBOX')).toContain('for alice');
  });

  it('reports an unknown outcome when the connection ends before the answer', async () => {
    const first = await lab.fill('Cut A', ['sent', 'sent too']);
    const second = await lab.fill('Cut B', ['not sent']);
    const client = await lab.open();
    cutAt(lab.wire, /^UID MOVE/);
    const outcomes = await client.moveMessages([...first, ...second], 'Archive');
    expect(results(outcomes)).toEqual(['CHANGE_UNCERTAIN', 'CHANGE_UNCERTAIN', 'CONNECTION_LOST']);
    expect(client.usable).toBe(false);
    expect(await lab.subjects('Cut B')).toEqual(['not sent']);
  });

  it('uses a new connection when the old one was already dead', async () => {
    const ids = await lab.fill('Dead', ['one', 'two']);
    const session = sessionOf(settingsFor(lab.dovecot, { port: lab.wire.port, security: 'none' }));
    await session.open();
    cutAt(lab.wire, /^SELECT Dead/);
    const outcomes = await session.use(async (client) => await client.moveMessages(ids, 'Archive'), {
      repeatable: true,
    });
    expect(results(outcomes)).toEqual(['done', 'done']);
    await session.close();
  });
});

it('says which messages were not there, when the server gives no new ids', async () => {
  const lab = await startImapLab(without('UIDPLUS'));
  const [id = ''] = await lab.fill('From', ['there']);
  const absent = id.replace(/UID=\d+$/, 'UID=4000');
  expect(results(await lab.client.moveMessages([id, absent], 'Archive'))).toEqual([
    'done',
    'MESSAGE_NOT_FOUND',
  ]);
  expect(results(await lab.client.moveMessages([id], 'Archive'))).toEqual(['MESSAGE_NOT_FOUND']);
  await lab.stop();
});

describe.each([
  ['MOVE', without('MOVE')],
  ['MOVE and UIDPLUS', without('MOVE', 'UIDPLUS')],
])('moving on a server without %s', (missing, options) => {
  const hasUidPlus = !missing.includes('UIDPLUS');
  let lab: ImapLab;
  beforeAll(async () => {
    lab = await startImapLab(options);
  });
  afterAll(async () => await lab?.stop());

  it('copies, then removes', async () => {
    const ids = await lab.fill('From', ['one', 'two', 'stays']);
    const absent = ids[0]!.replace(/UID=\d+$/, 'UID=4000');
    const commands = await commandsOf(lab.wire, async () => {
      const outcomes = await lab.client.moveMessages([...ids.slice(0, 2), absent], 'Archive');
      expect(results(outcomes)).toEqual(['done', 'done', 'MESSAGE_NOT_FOUND']);
    });
    expect(commands).toContain(hasUidPlus ? 'UID EXPUNGE' : 'EXPUNGE');
    expect(commands.length).toBeLessThan(8);
    expect(await lab.subjects('From')).toEqual(['stays']);
    expect((await lab.subjects('Archive')).sort()).toEqual(['one', 'two']);
  });

  it('never removes messages that someone else has marked as deleted', async () => {
    await lab.fill('Shared', ['marked by another']);
    await lab.markAllDeleted('Shared');
    const [mine = ''] = await lab.fill('Shared', ['mine']);
    const outcome = (await lab.client.moveMessages([mine], 'Archive')).get(mine);
    if (hasUidPlus) {
      expect(outcome).toMatchObject({ folder: 'Archive' });
      expect(await lab.subjects('Shared')).toEqual(['marked by another']);
    } else {
      expect(outcome).toMatchObject({ code: 'NOT_SUPPORTED' });
      expect(await lab.subjects('Shared')).toEqual(['mine', 'marked by another']);
      expect(await lab.subjects('Archive')).not.toContain('mine');
    }
  });

  it('says that a message may be in both folders when the connection ends halfway', async () => {
    const [id = ''] = await lab.fill('Between', ['both']);
    const client = await lab.open();
    cutAt(lab.wire, /EXPUNGE/);
    expect(results(await client.moveMessages([id], 'Archive'))).toEqual(['CHANGE_UNCERTAIN']);
  });
});

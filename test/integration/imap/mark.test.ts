import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Message } from '../../../mail/model/message';
import { sessionOf, settingsFor } from '../fixture';
import { commandsOf, cutAt, numbered, results, startImapLab, type ImapLab } from './lab';
import { cleanUp, opened } from './scripted-lab';

cleanUp();

describe('marking over IMAP', () => {
  let lab: ImapLab;
  beforeAll(async () => {
    lab = await startImapLab();
  });
  afterAll(async () => await lab?.stop());

  const flagsOf = async (id: string) => {
    const { isRead, isFlagged, isAnswered, keywords } = (
      await lab.witness.getMessages([id], { content: false })
    ).get(id) as Message;
    return { isRead, isFlagged, isAnswered, keywords };
  };

  it('marks 1,000 messages with one command for each direction', async () => {
    const ids = await lab.fill('Bulk', numbered(1000), { flagged: true });
    const commands = await commandsOf(lab.wire, async () => {
      const outcomes = await lab.client.markMessages(ids, {
        ...{ isRead: true, isFlagged: false, isAnswered: true },
        ...{ addKeywords: ['Invoice', '$Forwarded'] },
      });
      expect(outcomes.size).toBe(1000);
      expect(new Set(outcomes.values())).toEqual(new Set([true]));
    });
    expect(commands).toEqual(['SELECT', 'UID SEARCH', 'UID STORE', 'UID STORE']);
    expect(await flagsOf(ids[999]!)).toEqual({
      ...{ isRead: true, isFlagged: false, isAnswered: true },
      keywords: expect.arrayContaining(['Invoice', '$Forwarded']) as string[],
    });
  });

  it('says which messages were not there', async () => {
    const [id = ''] = await lab.fill('Some', ['one']);
    const absent = id.replace(/UID=\d+$/, 'UID=4000');
    expect(results(await lab.client.markMessages([absent, id], { isRead: true }))).toEqual([
      'done',
      'MESSAGE_NOT_FOUND',
    ]);
  });

  it.each(['two words', 'Größe', 'a(b', '\\Deleted', 'x\r\nA1 LOGOUT', '', 'a]b'])(
    'refuses the keyword %j before sending anything',
    async (keyword) => {
      const [id = ''] = await lab.fill('Kept', ['kept']);
      const commands = await commandsOf(lab.wire, async () => {
        const marking = lab.client.markMessages([id], { isRead: true, addKeywords: [keyword] });
        await expect(marking).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      });
      expect(commands).toEqual([]);
    },
  );

  it('is repeated by the session when the connection is lost midway', async () => {
    const ids = [...(await lab.fill('Cut A', ['one'])), ...(await lab.fill('Cut B', ['two']))];
    const session = sessionOf(settingsFor(lab.dovecot, { port: lab.wire.port, security: 'none' }));
    let tries = 0;
    cutAt(lab.wire, /^UID STORE 1 \+FLAGS/);
    const outcomes = await session.use(
      async (client) => {
        tries++;
        return await client.markMessages(ids, { isRead: true });
      },
      { repeatable: true },
    );
    expect(tries).toBe(2);
    expect(results(outcomes)).toEqual(['done', 'done']);
    expect(await flagsOf(ids[1]!)).toMatchObject({ isRead: true });
    await session.close();
  });
});

it.each(['NO [CANNOT] not this flag', 'NO invalid mailbox flag'])(
  'a refused flag (%s) is not explained as a bad name of a folder',
  async (answer) => {
    const { client } = await opened(
      (command) => (command.startsWith('UID STORE') ? answer : undefined),
      [{ uid: 11 }],
    );
    const [id = ''] = await client.findMessages('INBOX', {}, 1);
    const outcome = (await client.markMessages([id], { isRead: true })).get(id);
    expect(outcome).toMatchObject({
      code: 'SERVER_REFUSED',
      description: expect.stringMatching(/^The server gives its reason in the brackets/) as string,
    });
  },
);

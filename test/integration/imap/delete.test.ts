import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MoveResult } from '../../../mail/model/client';
import { commandsOf, cutAt, numbered, results, startImapLab, without, type ImapLab } from './lab';

describe('deleting over IMAP', () => {
  let lab: ImapLab;
  beforeAll(async () => {
    lab = await startImapLab();
  });
  afterAll(async () => await lab?.stop());

  it('puts 1,000 messages into the trash with one command, and from there removes them for good', async () => {
    const ids = await lab.fill('Bulk', numbered(1000));
    await lab.client.listFolders({ counts: false });
    let inTrash: string[] = [];
    const commands = await commandsOf(lab.wire, async () => {
      const outcomes = await lab.client.deleteMessages(ids, { permanently: false });
      inTrash = [...outcomes.values()].map((one) => (one as MoveResult).id!);
    });
    expect(commands.filter((name) => name !== 'LIST')).toEqual(['SELECT', 'UID MOVE']);
    expect(await lab.subjects('Trash')).toHaveLength(1000);
    const further = await commandsOf(lab.wire, async () => {
      const outcomes = await lab.client.deleteMessages(inTrash, { permanently: false });
      expect(new Set([...outcomes.values()].map((one) => JSON.stringify(one)))).toEqual(new Set(['{}']));
    });
    expect(further).toEqual(['SELECT', 'UID SEARCH', 'UID STORE', 'UID EXPUNGE']);
    expect(await lab.subjects('Trash')).toEqual([]);
  });

  it('deletes for good only what was asked for', async () => {
    await lab.fill('Some', ['marked by another']);
    await lab.markAllDeleted('Some');
    const [goes = '', stays = ''] = await lab.fill('Some', ['goes', 'stays']);
    const absent = stays.replace(/UID=\d+$/, 'UID=4000');
    const outcomes = await lab.client.deleteMessages([goes, absent], { permanently: true });
    expect(results(outcomes)).toEqual(['done', 'MESSAGE_NOT_FOUND']);
    expect(await lab.subjects('Some')).toEqual(['stays', 'marked by another']);
    expect(await lab.subjects('Trash')).not.toContain('goes');
  });

  it('reports an unknown outcome when the connection ends before the answer', async () => {
    const ids = await lab.fill('Cut', ['sent']);
    const client = await lab.open();
    cutAt(lab.wire, /^UID EXPUNGE/);
    expect(results(await client.deleteMessages(ids, { permanently: true }))).toEqual(['CHANGE_UNCERTAIN']);
  });
});

it('refuses to use a trash folder that the server does not have, and says what to do', async () => {
  // The folder's usual name would do, so there must be none of that name either.
  const lab = await startImapLab({
    extraConfig: 'namespace inbox {\n mailbox Trash {\n  auto = no\n  special_use =\n }\n}',
  });
  const ids = await lab.fill('INBOX', ['kept']);
  await expect(lab.client.deleteMessages(ids, { permanently: false })).rejects.toMatchObject({
    code: 'FOLDER_NOT_FOUND',
    description: expect.stringContaining('permanently') as string,
  });
  expect(await lab.subjects('INBOX')).toEqual(['kept']);
  await lab.client.createFolder('Papierkorb');
  expect(results(await lab.client.deleteMessages(ids, { permanently: false }))).toEqual(['done']);
  expect(await lab.subjects('Papierkorb')).toEqual(['kept']);
  await lab.stop();
});

it('without UIDPLUS, deletes for good only when nobody else has marked anything as deleted', async () => {
  const lab = await startImapLab(without('UIDPLUS'));
  const [first = ''] = await lab.fill('Shared', ['mine']);
  expect(results(await lab.client.deleteMessages([first], { permanently: true }))).toEqual(['done']);
  await lab.fill('Shared', ['marked by another']);
  await lab.markAllDeleted('Shared');
  const [second = ''] = await lab.fill('Shared', ['mine too']);
  expect(results(await lab.client.deleteMessages([second], { permanently: true }))).toEqual([
    'NOT_SUPPORTED',
  ]);
  expect(await lab.subjects('Shared')).toEqual(['mine too', 'marked by another']);
  await lab.stop();
});

it('goes through the trash where folders are labels, as at Gmail', async () => {
  const lab = await startImapLab({ extraConfig: 'protocol imap {\n imap_capability = +X-GM-EXT-1\n}' });
  // The witness would ask this server for attributes that only Gmail has.
  const label = async (folder: string) => await lab.client.findMessages(folder, {}, Infinity);
  await lab.fill('Label', ['one', 'two', 'three']);
  const [third = '', ...rest] = await label('Label');
  const commands = await commandsOf(lab.wire, async () => {
    const outcomes = await lab.client.deleteMessages([third], { permanently: true });
    expect([...outcomes]).toEqual([[third, {}]]);
  });
  expect(commands.indexOf('UID MOVE')).toBeLessThan(commands.indexOf('UID EXPUNGE'));
  expect(await label('Label')).toEqual(rest);
  expect(await lab.client.emptyFolder('Label')).toBe(2);
  expect(await label('Label')).toEqual([]);
  expect(await label('Trash')).toEqual([]);
  await lab.stop();
});

import { afterAll, beforeAll, expect, it } from 'vitest';

import { commandsOf, startImapLab, type ImapLab } from './lab';

let lab: ImapLab;
beforeAll(async () => {
  lab = await startImapLab();
});
afterAll(async () => await lab?.stop());

it('gives every id its result, also two ids of one message, another UIDVALIDITY, and no id at all', async () => {
  const [one = '', two = ''] = await lab.fill('INBOX', ['wanted', 'other']);
  const again = one.replace('INBOX', 'inbox');
  const old = one.replace(/UIDVALIDITY=\d+/, 'UIDVALIDITY=1');
  const ids = [one, again, two, old, 'none'];
  const results = await lab.client.matchMessages(ids, { subject: ['wanted'] });
  expect([...results.keys()].sort()).toEqual([...ids].sort());
  expect([one, again, two].map((id) => results.get(id))).toEqual([true, true, false]);
  expect(results.get(old)).toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
  expect(results.get('none')).toMatchObject({ code: 'INVALID_INPUT' });
});

it('asks once for all messages of a folder', async () => {
  const ids = await lab.fill('Many', ['wanted', 'other', 'wanted']);
  const commands = await commandsOf(
    lab.wire,
    async () => await lab.client.matchMessages(ids, { subject: ['wanted'] }),
  );
  expect(commands).toEqual(['SELECT', 'UID SEARCH']);
});

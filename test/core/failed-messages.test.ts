import { afterAll, beforeEach, expect, test } from 'vitest';

import { fetched, startScriptedImap, type ScriptedImap } from '../servers/scripted-imap';
import { ALICE, expectSuccess, itemsOf, subjects, useLab } from './lab';
import { connect, mailbox, pass } from './nodes';

// A server gives two messages of three and refuses the third: what the nodes make of it.

const lab = useLab();
const WITH_FILE =
  '(("text" "plain" NIL NIL NIL "7bit" 4 1 NIL NIL NIL NIL)("application" "pdf" ("name" "a.pdf") NIL NIL "base64" 4 NIL ("attachment" NIL) NIL NIL) "mixed" ("boundary" "b") NIL NIL)';
const THREE = [{ uid: 11, bodyStructure: WITH_FILE }, { uid: 12 }, { uid: 13 }];
let server: ScriptedImap | undefined;
let given = [1, 3];

const REFUSED = 'INBOX;UIDVALIDITY=7/;UID=12';

beforeEach(async () => {
  given = [1, 3];
  server ??= await startScriptedImap(
    (command) => {
      if (!/FETCH/.test(command)) return undefined;
      const answered = /FETCH 12 /.test(command) ? [] : given;
      return `${answered.map((n) => fetched(n, THREE[n - 1]!, command)).join('')}NO [SERVERBUG] not this one`;
    },
    { messages: THREE },
  );
  const { host } = lab().dovecot;
  const login = { user: ALICE, password: 'canary' };
  lab().credentials.scripted = { host, port: server.port, security: 'none', ...login };
});
afterAll(async () => await server?.stop());

const run = async (parameters: object) => await lab().run([connect('scripted'), mailbox('Read', parameters)]);

test('Get Many gives the other messages, and names the failed one in a warning and in the first item', async () => {
  const result = await run({ returnAll: true });
  expectSuccess(result);
  expect(subjects(result, 'Read')).toEqual(['Number 13', 'Number 11']);
  const error = expect.stringContaining('not this one') as string;
  expect(itemsOf(result, 'Read').map(({ json }) => json.failed)).toEqual([
    [{ id: REFUSED, error }],
    undefined,
  ]);
  const [hint] = result.data.resultData.runData.Read?.at(-1)?.hints ?? [];
  expect(hint).toMatchObject({
    type: 'warning',
    message: expect.stringContaining('Could not be read: 1') as string,
  });
});

test('Get Many fails when the server gives none of the messages', async () => {
  given = [];
  const result = await run({ returnAll: true });
  expect(result.data.resultData.error?.message).toMatch(/did not give the message/);
});

test('the attachments of the other messages are listed, and the failed one is named', async () => {
  const parameters = { resource: 'attachment', select: 'filter', folder: 'INBOX' };
  const result = await run({ ...parameters, filters: { subject: 'Number' } });
  expectSuccess(result);
  expect(itemsOf(result, 'Read').map(({ json }) => json)).toMatchObject([
    { fileName: 'a.pdf', id: 'INBOX;UIDVALIDITY=7/;UID=11', failed: [{ id: REFUSED }] },
  ]);
});

test('the list of messages in the editor has the failed one too, with the reason, and all of them if all fail', async () => {
  // Late, for the mock in engine.ts.
  const { searchMessages } = await import('../../nodes/EmailMailbox/methods/list-search.js');
  const sessionName = 'Incomplete';
  const nodes = [connect('scripted', { sessionName }), pass('End')];
  expectSuccess(await lab().run({ nodes, mode: 'manual', userId: 'joan' }));
  const list = async () => (await searchMessages.call(lab().editor('joan', { sessionName }))).results;
  const [newest, oldest, failed, ...others] = await list();
  expect([newest?.name, oldest?.name]).toEqual([
    expect.stringMatching(/^Number 13/),
    expect.stringMatching(/^Number 11/),
  ]);
  expect(failed?.value).toBe(REFUSED);
  expect(failed?.name).toMatch(/^\(cannot be read\) – .*not this one.* – alice@/);
  expect(others).toEqual([]);
  given = [];
  const names = (await list()).map(({ name }) => name);
  expect(names).toHaveLength(3);
  for (const name of names) expect(name).toMatch(/^\(cannot be read/);
});

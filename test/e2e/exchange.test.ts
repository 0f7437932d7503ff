import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEws, type EwsServer } from '../servers/exchange/ews';
import { mail } from '../servers/mailbox';
import { errorOf, itemsOf, restClient, type RestClient } from '../servers/n8n';
import { waitFor } from '../servers/wait';
import { chain, node, type WorkflowNode } from '../servers/workflow';
import { mailbox, start, type MessageItem } from './nodes';
import { sharedN8n } from './shared-n8n';

// Exchange Server in a real n8n: the same nodes as over IMAP, with another Connect.

const ADA = 'ada@example.test';
const FILE = Buffer.from('item,price\nstamps,12.50\n');
let server: EwsServer;
let rest: RestClient;
let password: string;

beforeAll(async () => {
  const { url, signedIn, canary } = sharedN8n();
  password = `ada-${canary}`;
  server = await startEws({ accounts: [{ user: 'ada', domain: '', password }] });
  rest = await restClient(url, signedIn);
  await server.mailbox(ADA).deliver(
    'Inbox',
    ['one', 'two'].map((subject) => ({
      mime: mail({ to: ADA, subject, text: subject, attachments: [{ filename: 'a.csv', content: FILE }] }),
    })),
  );
});
afterAll(async () => {
  await server.stop();
  expect(server.problems).toEqual([]);
});

const NTLM = ['ntlm', 'emailExchangeNtlmApi'] as const;
const BASIC = ['basic', 'emailExchangeBasicApi'] as const;
type Mode = readonly [authentication: string, credentialType: string];

async function connect([authentication, type]: Mode, changes: object = {}): Promise<WorkflowNode> {
  const data = {
    ewsUrl: server.url,
    user: 'ada',
    password,
    mailbox: ADA,
    caCertificate: server.ca,
    ...changes,
  };
  const { id, name } = await rest.createCredential({ name: `Exchange by ${authentication}`, type, data });
  return node(
    'Connect',
    'n8n-nodes-email-session.emailConnect',
    {
      ...{ sessionName: 'Default', provider: 'exchange', protocol: 'ews', authentication },
      options: { connectTimeout: 5, keepConnectionFor: 0 },
    },
    { credentials: { [type]: { id, name } } },
  );
}

const path = (value: string) => ({ __rl: true, mode: 'path', value });

test.each<Mode>([NTLM, BASIC])('a whole day of work over %s', async (...mode) => {
  const folder = `Made by ${mode[0]}`;
  const step = (name: string, resource: string, operation: string, parameters: object = {}) =>
    mailbox(name, { resource, operation, ...parameters });
  const nodes = [
    start(),
    await connect(mode),
    step('Make', 'folder', 'create', { path: folder }),
    mailbox('List', { options: { includeHeaders: true } }),
    step('Download', 'attachment', 'download', { output: 'message' }),
    step('Mark', 'message', 'mark', { readState: 'yes', addKeywords: mode[0] }),
    step('Copy', 'message', 'copy', { destination: path(folder) }),
    step('Save', 'message', 'save', { messageId: '={{ $("List").item.json.id }}' }),
    step('Folders', 'folder', 'getMany', { options: { includeCounts: false } }),
  ];
  const run = await rest.runAndWait(await rest.createWorkflow(chain(`exchange ${mode[0]}`, nodes)));
  expect(run.error).toBeUndefined();
  expect(itemsOf<MessageItem>(run, 'List').map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(['one', 'two']),
  );
  expect(itemsOf<{ session: object }>(run, 'Connect')[0]?.session).toMatchObject({
    ...{ provider: 'exchange', protocol: 'ews', authentication: mode[0], account: 'ada' },
  });
  const made = itemsOf<{ path: string }>(run, 'Folders').find((one) => one.path === folder);
  expect(made).toBeDefined();
  expect(made).not.toHaveProperty('total');
  await waitFor('the connection to end', () => server.open() === 0, 2000);
});

test('mail is sent once, and replied to', async () => {
  const send = mailbox('Send', {
    ...{ resource: 'message', operation: 'send', toEmail: ADA, subject: 'sent over EWS' },
    ...{ emailFormat: 'text', text: 'Hello' },
  });
  const find = mailbox('Find', { filters: { subject: 'one' } });
  const reply = mailbox('Reply', {
    ...{ resource: 'message', operation: 'reply', messageId: '={{ $json.id }}' },
    ...{ emailFormat: 'text', text: 'Thanks' },
  });
  const workflow = chain('exchange sends', [start(), await connect(NTLM), send, find, reply]);
  const run = await rest.runAndWait(await rest.createWorkflow(workflow));
  expect(run.error).toBeUndefined();
  expect(server.sent.map(({ raw }) => /^Subject: (.*?)\r?$/m.exec(raw.toString())?.[1])).toEqual([
    'sent over EWS',
    'Re: one',
  ]);
});

test('a wrong password gives our own message, and is shown nowhere', async () => {
  const workflow = chain('exchange refuses', [
    start(),
    await connect(NTLM, { password: 'not-the-password' }),
  ]);
  const error = errorOf(await rest.runAndWait(await rest.createWorkflow(workflow)));
  expect(error.message).toMatch(/refused the user and the password$/);
  expect(JSON.stringify(error)).not.toContain('not-the-password');
});

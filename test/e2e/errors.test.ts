import { afterAll, expect, test } from 'vitest';
import { startBye, startClosing, startMuteAtLogin, startRubbish, startSilent } from '../servers/faulty';
import { errorOf, type NodeError, type Stored } from '../servers/n8n';
import { freePorts } from '../servers/ports';
import { chain, type WorkflowNode } from '../servers/workflow';
import { ALICE, useLab } from './lab';
import { connect, disconnect, mailbox, onlyFirst, start, type ServerCredential } from './nodes';
import { sharedN8n } from './shared-n8n';

const lab = useLab();

/** Connect's 3 seconds, and what n8n needs for a run. */
const WITHIN_MS = 3_000 + 4_000;
const messages = new Map<string, string>();

async function expectFailure(name: string, nodes: WorkflowNode[]): Promise<NodeError> {
  const { rest } = lab();
  const workflow = await rest.createWorkflow(chain(name, [start(), ...nodes]));
  const started = Date.now();
  const execution = await rest.runAndWait(workflow);
  expect(Date.now() - started).toBeLessThan(WITHIN_MS);
  expect(execution.status).toBe('error');
  const error = errorOf(execution);
  messages.set(name, error.message);
  expect(error.description, `description of "${error.message}"`).toMatch(/\w+ \w+/);
  expect(`${error.message} ${error.description}`).not.toContain(sharedN8n().canary);
  return error;
}

const connectTo = async (changes: Partial<ServerCredential>): Promise<Stored> =>
  await lab().credential(ALICE, changes);

const plain = (port: number) => ({ port, security: 'none' as const, caCertificate: '' });

test('a wrong host', async () => {
  await expectFailure('wrong host', [connect(await connectTo({ host: 'no-such-host.invalid' }))]);
});

test('a wrong port', async () => {
  const [port = 0] = await freePorts(1);
  const error = await expectFailure('wrong port', [connect(await connectTo({ port }))]);
  // n8n replaces a message that holds ECONNREFUSED by a general one that does not say who refused.
  expect(error.message).toContain(`localhost:${port}`);
});

test('a wrong password', async () => {
  await expectFailure('wrong password', [
    connect(await connectTo({ password: `wrong-${sharedN8n().canary}` })),
  ]);
});

test('a certificate that is not trusted', async () => {
  await expectFailure('untrusted certificate', [connect(await connectTo({ caCertificate: '' }))]);
});

test('TLS with a port that speaks plain text', async () => {
  await expectFailure('tls to a plain port', [connect(await connectTo({ port: lab().dovecot.ports.imap }))]);
});

test.each([
  ['silent', startSilent],
  ['mute at login', startMuteAtLogin],
  ['rubbish', startRubbish],
  ['closing', startClosing],
  ['refusing', startBye],
])('a %s server', async (name, startServer) => {
  const server = await startServer();
  await expectFailure(name, [connect(await connectTo(plain(server.port)))]).finally(() => server.stop());
});

test('an unknown session name', async () => {
  const nodes = [connect(await lab().credential(ALICE)), mailbox('Read', { sessionName: 'Other' })];
  const error = await expectFailure('unknown session', nodes);
  expect(`${error.message} ${error.description}`).toContain('Other');
});

test('a session used after Disconnect', async () => {
  const credential = await lab().credential(ALICE);
  const nodes = [
    connect(credential),
    mailbox('Read'),
    onlyFirst('First'),
    disconnect(),
    mailbox('Read after'),
  ];
  await expectFailure('after Disconnect', nodes);
});

test('a folder that does not exist', async () => {
  const nodes = [connect(await lab().credential(ALICE)), mailbox('Read', { folder: 'No/Such/Folder' })];
  const error = await expectFailure('unknown folder', nodes);
  expect(`${error.message} ${error.description}`).toContain('No/Such/Folder');
});

afterAll(() => {
  // Whether a server falls silent before or after its greeting is one failure to the user.
  messages.delete('mute at login');
  const texts = [...messages.values()].map((message) => message.replace(/localhost:\d+/, 'server'));
  expect(texts, 'each failure has its own message').toEqual([...new Set(texts)]);
});

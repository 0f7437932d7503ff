import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { lastAnswer, startChatModel, type ChatModel, type Turn } from '../servers/chat-model';
import { deliver, mail } from '../servers/mailbox';
import { itemsOf, type Execution } from '../servers/n8n';
import { node, type Workflow, type WorkflowNode } from '../servers/workflow';
import { ALICE, useLab } from './lab';
import { CREDENTIAL_TYPE } from './nodes';

// The example of an agent with a mailbox, over a model that follows a script.

const lab = useLab();
const SUBJECT = 'Visit of the auditors';
const HTML = `<p>Shall we say <b>Tuesday</b>?</p><blockquote type="cite">Which day? ${'history '.repeat(500)}</blockquote>`;
let model: ChatModel;
let modelId = '';

beforeAll(async () => {
  model = await startChatModel();
  deliver(lab().dovecot, ALICE, 'INBOX', [
    mail({ from: 'Ada <ada@example.test>', to: ALICE, subject: SUBJECT, text: 'Tuesday?', html: HTML }),
  ]);
  const data = { apiKey: 'x', organizationId: '', url: model.url, header: false };
  modelId = (await lab().rest.createCredential({ name: 'Model', type: 'openAiApi', data })).id;
});
afterAll(() => model.stop());

type Stored = Omit<Workflow, 'connections'> & { connections: Record<string, unknown> };

/** The example as it is imported, with the credentials of the lab, started by hand. */
async function example(between: WorkflowNode[] = []): Promise<Stored> {
  const made = JSON.parse(readFileSync('examples/mail-agent.json', 'utf8')) as Stored;
  const account = await lab().credentialThroughWire(ALICE);
  const nodes = made.nodes.map((one): WorkflowNode => {
    if (one.name === 'Chat') return { ...node('Start', 'n8n-nodes-base.manualTrigger'), name: 'Chat' };
    if (one.name === 'Mail agent') return { ...one, parameters: { ...one.parameters, text: 'What is new?' } };
    if (one.name === 'Model') return { ...one, credentials: { openAiApi: { id: modelId, name: 'Model' } } };
    if (one.name !== 'Email Connect') return one;
    const parameters = { ...one.parameters, options: { connectTimeout: 3, keepConnectionFor: 0 } };
    return { ...one, parameters, credentials: { [CREDENTIAL_TYPE]: account } };
  });
  const names = ['Email Connect', ...between.map(({ name }) => name), 'Mail agent'];
  const main = (to: string) => ({ main: [[{ node: to, type: 'main', index: 0 }]] });
  const chained = names.slice(1).map((to, index) => [names[index]!, main(to)]);
  const { name, connections } = made;
  return {
    name,
    nodes: [...nodes, ...between],
    connections: { ...connections, ...Object.fromEntries(chained) },
  };
}

const first = (messages: Parameters<Turn>[0]) =>
  (JSON.parse(lastAnswer(messages)) as Array<Record<string, unknown>>)[0] ?? {};

/** Find, read, draft an answer. */
const SCRIPT: Turn[] = [
  () => ({ calls: [['Find_messages', { Subject: 'auditors' }]] }),
  (messages) => ({ calls: [['Read_a_message', { Message_ID: first(messages).id }]] }),
  (messages) => ({
    calls: [
      ['Write_a_draft', { To: first(messages).from, Subject: `Re: ${SUBJECT}`, Text: 'Tuesday is fine.' }],
    ],
  }),
  (messages) => ({ content: `Drafted: ${String(first(messages).id)}` }),
];

const answers = (): Array<Array<Record<string, unknown>>> =>
  (model.requests.at(-1)?.messages ?? [])
    .filter(({ role }) => role === 'tool')
    .map((message) => JSON.parse(lastAnswer([message])) as Array<Record<string, unknown>>);

function expectDone(execution: Execution): void {
  expect(execution.error).toBeUndefined();
  expect(itemsOf<{ output: string }>(execution, 'Mail agent')[0]?.output).toMatch(/^Drafted: Drafts;/);
  const [found, read, draft] = answers();
  expect(found?.map(({ subject }) => subject)).toEqual([SUBJECT]);
  expect(found?.[0]).not.toHaveProperty('text');
  expect(read?.[0]).toMatchObject({ markdown: 'Shall we say **Tuesday**?', quotedHistory: 'removed' });
  expect(read?.[0]).not.toHaveProperty('html');
  expect(JSON.stringify(read).length).toBeLessThan(1000);
  expect(draft?.[0]).toMatchObject({ to: 'Ada <ada@example.test>', subject: `Re: ${SUBJECT}` });
}

test('an agent finds a message, reads it and drafts an answer, over one connection that is closed at the end', async () => {
  const { rest, wire } = lab();
  const before = wire.opened;
  model.play(...SCRIPT);
  expectDone(await rest.runAndWait(await rest.createWorkflow(await example()), { trigger: 'Chat' }));
  expect(wire.opened - before).toBe(1);
  const tools = Object.fromEntries(
    (model.requests[0]?.tools ?? []).map(({ function: { name, description, parameters } }) => [
      name,
      [description, Object.keys(parameters.properties)],
    ]),
  );
  expect(tools).toEqual({
    Find_messages: ['Find messages in Email Mailbox', ['Subject']],
    Read_a_message: ['Read a message in Email Mailbox', ['Message_ID']],
    Write_a_draft: ['Write a draft without sending it in Email Mailbox', ['To', 'Subject', 'Text']],
  });
});

test('an agent whose run was put away before works over a connection that is opened again', async () => {
  const { rest, wire } = lab();
  const url = { id: 'url', name: 'url', value: '={{ $execution.resumeUrl }}', type: 'string' };
  const away = [
    node(
      'URL',
      'n8n-nodes-base.set',
      { assignments: { assignments: [url] }, options: {} },
      { typeVersion: 3.4 },
    ),
    node('Wait', 'n8n-nodes-base.wait', { resume: 'webhook', options: {} }, { typeVersion: 1.1 }),
  ];
  model.play(...SCRIPT);
  const before = wire.opened;
  const id = await rest.run(await rest.createWorkflow(await example(away)), { trigger: 'Chat' });
  const asleep = await rest.waitForExecution(id, { until: ['waiting', 'error'] });
  await lab().expectNoConnections();
  expect(wire.opened - before).toBe(1);
  const [{ url: resume } = { url: '' }] = itemsOf<{ url: string }>(asleep, 'URL');
  expect((await fetch(resume)).status).toBe(200);
  expectDone(await rest.waitForExecution(id, { until: ['success', 'error'] }));
  expect(wire.opened - before).toBe(2);
});

test('an id that only the node knows comes from the model, and an error tells it what to do', async () => {
  const { rest } = lab();
  const made = await example();
  const nodes = made.nodes.map((one) => {
    if (one.name !== 'Read a message') return one;
    const { messageId, ...parameters } = one.parameters as { messageId: string };
    expect(messageId).toContain('$fromAI');
    return { ...one, parameters };
  });
  model.play(
    () => ({ calls: [['Read_a_message', { Message_ID: 'the first one', id: 'INBOX' }]] }),
    () => ({ content: 'Sorry.' }),
  );
  const execution = await rest.runAndWait(await rest.createWorkflow({ ...made, nodes }), { trigger: 'Chat' });
  expect(execution.error).toBeUndefined();
  const read = model.requests[0]?.tools?.find(({ function: { name } }) => name === 'Read_a_message');
  expect(Object.keys(read?.function.parameters.properties ?? {})).toEqual(['Message_ID']);
  expect(lastAnswer(model.requests.at(-1)?.messages ?? [])).toMatch(/the first one.*\. Use /);
});

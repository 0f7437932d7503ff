import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { startRelay, type Relay } from '../integration/smtp/fixture';
import { lastAnswer, startChatModel } from '../servers/chat-model';
import { linksOf } from '../servers/links';
import { deliver, mail } from '../servers/mailbox';
import { itemsOf, type Stored } from '../servers/n8n';
import { waitFor } from '../servers/wait';
import { chain, node } from '../servers/workflow';
import { startChromium } from './browser/chromium';
import { connect, mailbox, start } from './nodes';
import { TriggerLab, emailTrigger } from './trigger-lab';

// Questions by mail in a real n8n, with the mail that arrives and the links in it.

const REPLY = { responseType: 'reply' };
const ASKER = 'asker@example.test';
const BOSS = 'boss@example.test';
const BOT = { 'user-agent': 'Mozilla/5.0 (compatible; SafeLinks)' };

let lab: TriggerLab;
let relay: Relay;
let credential: Stored;

beforeAll(async () => {
  lab = await TriggerLab.start([ASKER, BOSS]);
  relay = await startRelay({ passwords: lab.dovecot.users });
  credential = await lab.credential(ASKER, {
    ...{ smtpHost: 'localhost', smtpPort: relay.port, smtpSecurity: 'starttls' },
    caCertificate: `${lab.dovecot.ca}${relay.ca}`,
  });
});
afterAll(async () => {
  await Promise.all([lab?.stop(), relay?.stop()]);
});
beforeEach(() => {
  relay.delivered.length = 0;
});

const QUESTION = { operation: 'sendAndWait', toEmail: BOSS, subject: 'Holiday?', message: 'May Ada go?' };
const ENDED = { until: ['success', 'error', 'canceled', 'crashed'] };

async function ask(parameters: object = {}) {
  const nodes = [start(), connect(credential), mailbox('Ask', { ...QUESTION, ...parameters })];
  const id = await lab.rest.run(await lab.rest.createWorkflow(chain('ask', nodes)));
  const waiting = await lab.rest.waitForExecution(id);
  expect(waiting.error).toBeUndefined();
  expect(waiting.status).toBe('waiting');
  const raw = relay.delivered.at(-1)!.raw;
  const answer = async (timeoutMs = 30_000) => {
    const run = await lab.rest.waitForExecution(id, { ...ENDED, timeoutMs });
    expect(run.error).toBeUndefined();
    return itemsOf(run, 'Ask');
  };
  return { id, raw, urls: await linksOf(raw), answer };
}

const post = async (url: string, fields: Record<string, string> = {}) =>
  await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });

test('a scanner that opens the links approves nothing, a person who posts does, and once', async () => {
  const { id, urls, answer } = await ask({
    approvalOptions: { values: { approvalType: 'double', disapproveLabel: 'No' } },
  });
  await waitFor('the session to end', () => lab.dovecot.connections() === 0, 5_000);
  expect(urls).toHaveLength(2);
  for (const url of urls) {
    const seen = await fetch(url, { headers: BOT });
    expect(seen.status).toBe(200);
    expect(seen.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'sha256-/);
    expect(seen.headers.get('referrer-policy')).toBe('no-referrer');
    await fetch(url, { method: 'HEAD', headers: BOT });
  }
  expect((await lab.rest.getExecution(id)).status).toBe('waiting');
  // As a click tracker does it, and as somebody who would like to be the boss.
  expect((await post(`${urls[0]}&utm_source=mail`)).status).toBe(401);
  expect((await post(urls[0]!.replace('approved=true', 'approved=false'))).status).toBe(401);
  const taken = await post(urls[1]!);
  expect(taken.status).toBe(200);
  expect(await taken.text()).toContain('Your answer has arrived');
  expect(await answer()).toMatchObject([{ data: { answered: true, approved: false } }]);
  const again = await post(urls[0]!);
  expect(await again.text()).not.toContain('data-email');
  expect(relay.delivered).toHaveLength(1);
});

test('a free text and a form are taken', async () => {
  const text = await ask({ responseType: 'freeText' });
  expect((await post(text.urls[0]!, { 'field-0': '' })).status).toBe(400);
  expect((await post(text.urls[0]!, { 'field-0': 'Grüße <b>' })).status).toBe(200);
  expect(await text.answer()).toMatchObject([{ data: { text: 'Grüße <b>' } }]);
  const values = [
    { fieldLabel: 'Amount', fieldType: 'number', requiredField: true },
    { fieldLabel: 'Sure', fieldType: 'checkbox' },
  ];
  const form = await ask({ responseType: 'form', formFields: { values } });
  expect(await (await post(form.urls[0]!, { 'field-0': 'x' })).text()).toContain('please enter a number');
  expect((await post(form.urls[0]!, { 'field-0': '12.5', 'field-1': 'true' })).status).toBe(200);
  expect(await form.answer()).toMatchObject([{ data: { Amount: 12.5, Sure: true, answered: true } }]);
});

test('the page works in a browser, and says what became of the answer', async () => {
  const values = [
    { fieldLabel: 'Reason', fieldType: 'text', requiredField: true },
    { fieldLabel: 'Colour', fieldType: 'dropdown', fieldOptions: 'red\nblue' },
  ];
  const { urls, answer } = await ask({ responseType: 'form', formFields: { values } });
  const { page, stop } = await startChromium();
  const complaints: string[] = [];
  page.on('console', (line) => complaints.push(line.text()));
  try {
    await page.goto(urls[0]!);
    const late = await page.context().newPage();
    await late.goto(urls[0]!);
    await page.getByLabel('Reason').fill('   ');
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByRole('alert').getByText('Reason: please fill it in.').waitFor();
    await page.getByLabel('Reason').fill('<b>Because</b>');
    await page.getByLabel('Colour').selectOption('blue');
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    expect(await answer()).toMatchObject([{ data: { Reason: '<b>Because</b>', Colour: 'blue' } }]);
    await late.getByLabel('Reason').fill('Too late');
    await late.getByRole('button', { name: 'Submit' }).click();
    await late.getByText('This question was answered already.').waitFor();
    expect(complaints.filter((line) => /Content Security Policy/i.test(line))).toEqual([]);
  } finally {
    await stop();
  }
});

test('a time limit that is over is marked, also when n8n was restarted', { timeout: 200_000 }, async () => {
  const values = { limitType: 'afterTimeInterval', resumeAmount: 0.05, resumeUnit: 'minutes' };
  const { urls, answer } = await ask({ options: { limitWaitTime: { values } } });
  await lab.n8n.stop({ kill: true });
  await lab.startN8n();
  expect(await answer(150_000)).toEqual([{ data: { answered: false, timedOut: true, approved: false } }]);
  expect(await (await post(urls[0]!)).text()).not.toContain('data-email');
});

/** What a mail program sends when somebody answers a mail. */
function replyTo(raw: Buffer, from: string, answer: string, headers: Record<string, string> = {}) {
  const text = `${answer}\n\nOn Thu, 26 Nov 2026 at 10:00, Asker <${ASKER}> wrote:\n> May Ada go?\n`;
  const [, asked = ''] = /^Message-ID:\s*(\S+)/im.exec(raw.toString()) ?? [];
  return mail({
    from,
    to: ASKER,
    subject: 'Re: Holiday?',
    text,
    headers: { 'In-Reply-To': asked, ...headers },
  });
}

test('an answer by mail wakes the run, also when n8n was restarted; an automatic reply does not', async () => {
  const trigger = await lab.workflow('inbox', [emailTrigger(await lab.credential(ASKER))]);
  await lab.publish(trigger);
  const send = (message: Buffer) => deliver(lab.dovecot, ASKER, 'INBOX', [message]);
  const first = await ask(REPLY);
  const second = await ask(REPLY);
  send(replyTo(first.raw, BOSS, 'I am away', { 'Auto-Submitted': 'auto-replied' }));
  send(replyTo(first.raw, 'eve@example.test', 'Yes, of course'));
  const others = await lab.runs(trigger, 2);
  expect(others.flatMap((run) => itemsOf(run, 'Email Trigger').map(({ from }) => from)).sort()).toEqual([
    BOSS,
    'eve@example.test',
  ]);
  expect((await lab.rest.getExecution(first.id)).status).toBe('waiting');
  send(replyTo(first.raw, `The Boss <${BOSS}>`, 'Yes, she may'));
  expect(await first.answer()).toMatchObject([
    { data: { answered: true, text: 'Yes, she may', fromAddress: BOSS, from: `The Boss <${BOSS}>` } },
  ]);
  await lab.n8n.stop({ kill: true });
  send(replyTo(second.raw, BOSS, 'No'));
  await lab.startN8n();
  expect(await second.answer(60_000)).toMatchObject([{ data: { text: 'No', answered: true } }]);
  // A second answer comes too late. It starts no run.
  send(replyTo(second.raw, BOSS, 'Or yes'));
  await waitFor('the late answer', () => lab.n8n.logs().includes('comes too late'), 30_000);
  expect(await lab.rest.listExecutions(trigger.id)).toHaveLength(2);
});

/** An agent that may list messages, if a person says so. */
function reviewed(model: Stored) {
  const tool = node('Find messages', 'n8n-nodes-email-session.emailMailboxTool', {
    ...{ sessionName: 'Default', resource: 'message', operation: 'getMany', returnAll: true },
    folder: { __rl: true, mode: 'path', value: 'INBOX' },
  });
  const review = node('Review', 'n8n-nodes-email-session.emailMailboxHitlTool', {
    ...{ sessionName: 'Default', toEmail: BOSS, subject: 'May it?' },
    message: '=The agent wants to use {{ $tool.name }}',
    approvalOptions: { values: { approvalType: 'double' } },
  });
  const agent = node(
    'Agent',
    '@n8n/n8n-nodes-langchain.agent',
    { promptType: 'define', text: 'What is new?', options: {} },
    { typeVersion: 3.1 },
  );
  const scripted = node(
    'Model',
    '@n8n/n8n-nodes-langchain.lmChatOpenAi',
    { model: { __rl: true, mode: 'id', value: 'scripted' }, responsesApiEnabled: false, options: {} },
    { typeVersion: 1.3, credentials: { openAiApi: model } },
  );
  const { nodes, connections, ...workflow } = chain('reviewed', [start(), connect(credential), agent]);
  const to = (name: string, type: string) => ({ [type]: [[{ node: name, type, index: 0 }]] });
  return {
    ...workflow,
    nodes: [...nodes, scripted, tool, review],
    connections: {
      ...connections,
      Model: to('Agent', 'ai_languageModel'),
      'Find messages': to('Review', 'ai_tool'),
      Review: to('Agent', 'ai_tool'),
    },
  };
}

test('a person reviews the tools of an agent by mail', async () => {
  const types = (await (
    await fetch(`${lab.n8n.url}/types/nodes.json`, {
      headers: { cookie: lab.rest.cookie, 'browser-id': lab.rest.browserId },
    })
  ).json()) as { name: string; properties: { name: string; type: string; default: unknown }[] }[];
  const type = types.find(({ name }) => name === 'n8n-nodes-email-session.emailMailboxHitlTool');
  const preset = (name: string) => type?.properties.find((one) => one.name === name);
  expect(preset('resource')).toMatchObject({ type: 'hidden', default: 'message' });
  expect(preset('operation')).toMatchObject({ type: 'hidden', default: 'sendAndWait' });
  expect(preset('responseType')).toMatchObject({ type: 'hidden', default: 'approval' });

  const model = await startChatModel();
  try {
    deliver(lab.dovecot, ASKER, 'INBOX', [mail({ to: ASKER, subject: 'News', text: 'News' })]);
    const data = { apiKey: 'x', organizationId: '', url: model.url, header: false };
    const stored = await lab.rest.createCredential({ name: 'Model', type: 'openAiApi', data });
    const workflow = await lab.rest.createWorkflow(reviewed(stored));
    for (const approved of [true, false]) {
      relay.delivered.length = 0;
      model.play(
        () => ({ calls: [['Find_messages', { toolParameters: {}, hitlParameters: {} }]] }),
        (messages) => ({ content: lastAnswer(messages) }),
      );
      const id = await lab.rest.run(workflow);
      const waiting = await lab.rest.waitForExecution(id);
      expect(waiting.error).toBeUndefined();
      expect(waiting.status).toBe('waiting');
      const { raw } = relay.delivered[0]!;
      expect(raw.toString()).toMatch(/The agent wants to use Find.messages/);
      const urls = await linksOf(raw);
      expect((await post(urls[approved ? 0 : 1]!)).status).toBe(200);
      const run = await lab.rest.waitForExecution(id, ENDED);
      expect(run.error).toBeUndefined();
      const [{ output = '' } = {}] = itemsOf<{ output?: string }>(run, 'Agent');
      expect(output).toMatch(approved ? /News/ : /rejected the tool call/);
    }
  } finally {
    model.stop();
  }
});

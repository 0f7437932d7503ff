import { readFileSync } from 'node:fs';

import type { IRun } from 'n8n-workflow';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { waitingIn } from '../../n8n/wait/wait-id';
import { MAIL_REFUSED, MAIL_TAKEN } from '../../n8n/wait/wake';
import { warnOfLocalLinks } from '../../nodes/EmailMailbox/actions/message/send-and-wait/mail';
import { startRelay, type Relay } from '../integration/smtp/fixture';
import { linksOf } from '../servers/links';
import { chain, type Workflow, type WorkflowNode } from '../servers/workflow';
import { afterLimit, visit, type Visit } from './answering';
import { ALICE, BOB, expectSuccess, itemsOf, useLab } from './lab';
import { connect, give, mailbox, pass } from './nodes';

const lab = useLab();
const SENDER = 'sender';
let relay: Relay;

beforeAll(async () => {
  relay = await startRelay({ passwords: lab().dovecot.users });
});
beforeEach(() => {
  relay.delivered.length = 0;
  lab().credentials[SENDER] = {
    ...lab().credentials[ALICE],
    ...{ smtpHost: 'localhost', smtpPort: relay.port, smtpSecurity: 'none' },
  };
});
afterAll(async () => await relay.stop());

const QUESTION = {
  ...{ operation: 'sendAndWait', toEmail: `Bob <${BOB}>, cleo@example.test` },
  ...{ subject: 'Holiday?', message: 'May <b>Ada</b> go?\nFrom Monday' },
};
const DOUBLE = { approvalOptions: { values: { approvalType: 'double', disapproveLabel: 'No & never' } } };
const ITEMS = give('Items', [{ day: 1 }, { day: 2 }]);
const mailboxType = () => lab().nodeTypes['n8n-nodes-email-session.emailMailbox']!;

/** Runs until the question was asked, and gives what was sent. */
async function ask(parameters: object, after: WorkflowNode[] = [pass('After')]) {
  const workflow = chain('ask', [
    ...[connect(SENDER), ITEMS, mailbox('Ask', { ...QUESTION, ...parameters })],
    ...after,
  ]);
  const { id, execution } = lab().begin({ workflow });
  const asleep = await execution;
  expect(asleep.data.resultData.error?.message).toBeUndefined();
  expect(asleep.status).toBe('waiting');
  const mails = await Promise.all(relay.delivered.map(async ({ raw }) => await PostalMime.parse(raw)));
  const [email] = mails;
  const urls = await linksOf(relay.delivered[0]!.raw);
  const goOn = async ({ resume }: Pick<Visit, 'resume'>): Promise<IRun> => {
    const run = await lab().run({ workflow, executionId: id, resume: resume! });
    expectSuccess(run);
    return run;
  };
  const open = async (url: string, options?: Parameters<typeof visit>[3]) =>
    await visit(mailboxType(), asleep, url, options);
  return { id, asleep, mails, email: email!, urls, goOn, open };
}

test('sends one mail for all items, and closes the session while the run waits', async () => {
  const { id, mails, email, urls, asleep } = await ask(DOUBLE);
  await lab().expectNoConnections();
  expect(relay.open()).toBe(0);
  expect(mails).toHaveLength(1);
  expect(relay.delivered[0]).toMatchObject({ to: [BOB, 'cleo@example.test'] });
  expect(email.subject).toBe('Holiday?');
  expect(email.html).toContain('May &lt;b&gt;Ada&lt;/b&gt; go?<br>\nFrom Monday');
  expect(email.html).toContain('>No &amp; never</a>');
  expect(urls).toHaveLength(2);
  for (const url of urls) {
    expect(url).toMatch(new RegExp(`^http://n8n.invalid/${id}/[\\w-]+\\?.*signature=[0-9a-f]{64}$`));
    expect(email.text).toContain(url);
  }
  expect(itemsOf(asleep, 'Ask')).toMatchObject([{ json: { accepted: [BOB, 'cleo@example.test'] } }]);
  expect(asleep.waitTill?.getUTCFullYear()).toBe(3000);
});

test.each([
  ['Approve', 0, true],
  ['No & never', 1, false],
])('opening the link of "%s" only shows a page, and posting answers', async (label, index, approved) => {
  const { urls, open, goOn } = await ask(DOUBLE);
  const url = urls[index]!;
  for (const method of ['GET', 'HEAD'] as const) {
    const { status, headers, page, resume } = await open(url, { method });
    expect(resume).toBeUndefined();
    expect(status).toBe(200);
    expect(page).toContain(`<button>${label.replace('&', '&amp;')}</button>`);
    expect(page).toContain('May &lt;b&gt;Ada&lt;/b&gt; go?');
    expect(headers['Content-Security-Policy']).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-/,
    );
  }
  const answer = await open(url, { method: 'POST' });
  expect(answer.page).toContain('Your answer has arrived');
  const run = await goOn(answer);
  expect(itemsOf(run, 'After')).toMatchObject([
    { json: { data: { answered: true, approved, respondedAt: expect.any(String) as string } } },
  ]);
  // So that the items before the question are found.
  expect(itemsOf(run, 'Ask')).toMatchObject([{ pairedItem: { item: 0 } }]);
  expect(relay.delivered).toHaveLength(1);
});

test('a time limit that is over is marked in the item', async () => {
  const options = {
    limitWaitTime: { values: { limitType: 'afterTimeInterval', resumeAmount: 2, resumeUnit: 'days' } },
  };
  const { asleep, goOn } = await ask({ options });
  const days = (asleep.waitTill!.getTime() - Date.now()) / 86_400_000;
  expect(days).toBeCloseTo(2, 2);
  const run = await goOn({ resume: afterLimit(asleep) });
  expect(itemsOf(run, 'After')).toMatchObject([
    { json: { data: { answered: false, timedOut: true, approved: false } } },
  ]);
  expect(itemsOf(run, 'Items').map(({ json }) => json)).toEqual([{ day: 1 }, { day: 2 }]);
});

test('a link of an earlier question does not answer a later one of the same node', async () => {
  const first = await ask({});
  relay.delivered.length = 0;
  const second = await ask({});
  const { status, page, resume } = await second.open(first.urls[0]!, { method: 'POST' });
  expect(resume).toBeUndefined();
  expect(status).toBe(410);
  expect(page).toContain('no longer waits');
});

test('takes a free text', async () => {
  const { urls, open, goOn } = await ask({
    responseType: 'freeText',
    options: { messageButtonLabel: 'Write', responseFormTitle: 'Why?', responseFormButtonLabel: 'Send it' },
  });
  expect(urls).toHaveLength(1);
  const { page } = await open(urls[0]!);
  expect(page).toContain('<h1>Why?</h1>');
  expect(page).toContain('<textarea id="field-0" name="field-0" required');
  const empty = await open(urls[0]!, { method: 'POST', body: { 'field-0': ' ' } });
  expect(empty).toMatchObject({ status: 400, resume: undefined });
  const long = await open(urls[0]!, { method: 'POST', body: { 'field-0': '<'.repeat(100_001) } });
  expect(long).toMatchObject({ status: 400, resume: undefined });
  const answer = await open(urls[0]!, {
    method: 'POST',
    body: { 'field-0': 'Because\r\n<of it>', other: 1 },
  });
  expect(itemsOf(await goOn(answer), 'After')).toMatchObject([
    { json: { data: { answered: true, text: 'Because\n<of it>' } } },
  ]);
});

const FORM = {
  responseType: 'form',
  formFields: {
    values: [
      { fieldLabel: 'Name "x"', fieldType: 'text', requiredField: true },
      { fieldLabel: 'Amount', fieldType: 'number' },
      { fieldLabel: 'Day', fieldType: 'date' },
      { fieldLabel: 'Colour', fieldType: 'dropdown', fieldOptions: 'red\n"blue"\n' },
      { fieldLabel: 'Urgent', fieldType: 'checkbox' },
      { fieldLabel: 'Mail', fieldType: 'email' },
    ],
  },
};

test('takes a form, with its types checked', async () => {
  const { urls, open, goOn } = await ask(FORM);
  const url = urls[0]!;
  const { page } = await open(url);
  expect(page).toContain('<option value="&quot;blue&quot;">&quot;blue&quot;</option>');
  const good = { 'field-0': 'Ada', 'field-1': '2.5', 'field-2': '2026-11-26', 'field-3': '"blue"' };
  const bad: [object, string][] = [
    [{ 'field-0': '' }, 'Name &quot;x&quot;: please fill it in.'],
    [{ 'field-0': ['a', 'b'] }, 'Name &quot;x&quot;: please fill it in.'],
    [{ 'field-1': 'two' }, 'Amount: please enter a number.'],
    [{ 'field-2': '2026-13-40' }, 'Day: please enter a date'],
    [{ 'field-3': 'green' }, 'Colour: please choose one'],
    [{ 'field-5': 'nobody' }, 'Mail: please enter an email address'],
  ];
  for (const [change, problem] of bad) {
    const refused = await open(url, { method: 'POST', body: { ...good, ...change } });
    expect(refused).toMatchObject({ status: 400, resume: undefined });
    expect(refused.page).toContain(problem);
  }
  const answer = await open(url, { method: 'POST', body: { ...good, 'field-4': 'true' } });
  expect(itemsOf(await goOn(answer), 'After')[0]?.json.data).toMatchObject({
    ...{ 'Name "x"': 'Ada', Amount: 2.5, Day: '2026-11-26', Colour: '"blue"', Urgent: true, Mail: '' },
    answered: true,
  });
});

const form = (...values: object[]) => ({ responseType: 'form', formFields: { values } });
const dropdown = (fieldOptions: string) =>
  form({ fieldLabel: 'Colour', fieldType: 'dropdown', fieldOptions });
const limit = (values: object) => ({ options: { limitWaitTime: { values } } });

test.each([
  [{ message: ' ' }, /^Message: it is empty/],
  [{ toEmail: '={{ "" }}' }, /^To: it is empty/],
  [{ responseType: 'customForm' }, /^Response Type: "customForm" is not known/],
  [{ responseType: 'form' }, /^Form Fields: there are none/],
  [form({ fieldLabel: ' ' }), /^Form Fields: field 1 has no label/],
  [form({ fieldLabel: 'A' }, { fieldLabel: 'A' }), /^Form Fields: two of them are called "A"/],
  [form({ fieldLabel: 'answered' }), /^Form Fields: "answered" cannot be a label/],
  [form({ fieldLabel: 'A', fieldType: 'file' }), /^Form Fields: "A" has an unknown type/],
  [dropdown(' \n'), /^Form Fields: "Colour" has no options/],
  [
    limit({ limitType: 'afterTimeInterval', resumeAmount: 0, resumeUnit: 'days' }),
    /^Limit Wait Time: 0 days/,
  ],
  [limit({ limitType: 'atSpecifiedTime', maxDateAndTime: '2001-01-01' }), /^Max Date and Time: it is not in/],
  [limit({ limitType: 'atSpecifiedTime' }), /^Max Date and Time: it is empty/],
])('refuses %j before anything is sent', async (parameters, message) => {
  await refuses(parameters, message);
});

test.each([
  [
    'fields',
    form(...Array.from({ length: 101 }, (_, at) => ({ fieldLabel: `A${at}` }))),
    /^Form Fields: there are more than 100/,
  ],
  [
    'options',
    dropdown(Array.from({ length: 1001 }, (_, at) => at).join('\n')),
    /^Form Fields: "Colour" has 1001 options/,
  ],
])('refuses a form with too many %s', async (_, parameters, message) => {
  await refuses(parameters, message);
});

async function refuses(parameters: object, message: RegExp): Promise<void> {
  const error = await lab().failure([connect(SENDER), mailbox('Ask', { ...QUESTION, ...parameters })]);
  expect(error.message).toMatch(message);
  expect(relay.delivered).toEqual([]);
}

test('a mail that could not be sent is an error, and nothing waits', async () => {
  lab().credentials[SENDER] = { ...lab().credentials[SENDER], smtpPort: 1 };
  const error = await lab().failure([connect(SENDER), mailbox('Ask', QUESTION)]);
  expect(error.message).toMatch(/could not|refused/i);
});

test('the example workflow asks, and goes on with the answer', async () => {
  const example = JSON.parse(readFileSync('examples/approve-by-mail.json', 'utf8')) as Workflow;
  const ours = ['Email Connect', 'Ask'].map((name) => example.nodes.find((one) => one.name === name)!);
  lab().credentials.emailSessionDemoMail = lab().credentials[SENDER]!;
  const workflow = chain('example', [...ours.map((one) => withoutKeeping(one)), pass('After')]);
  const { id, execution } = lab().begin({ workflow });
  const asleep = await execution;
  expect(asleep.data.resultData.error?.message).toBeUndefined();
  const [, refuse = ''] = await linksOf(relay.delivered[0]!.raw);
  const { resume } = await visit(mailboxType(), asleep, refuse, { method: 'POST' });
  const run = await lab().run({ workflow, executionId: id, resume: resume! });
  expect(itemsOf(run, 'After')).toMatchObject([{ json: { data: { approved: false, answered: true } } }]);
});

const withoutKeeping = (node: WorkflowNode): WorkflowNode =>
  node.name === 'Ask'
    ? node
    : { ...node, parameters: { ...node.parameters, options: { keepConnectionFor: 0 } } };

const REPLY = { responseType: 'reply' };
const MAIL = {
  ...{
    text: 'Yes',
    quotedHistory: 'removed',
    from: [{ name: 'Bob', address: 'BOB@example.test' }],
    subject: 'Re: Holiday?',
  },
  ...{ id: 'the id', messageId: '<1@example.test>', attachments: [{ fileName: 'a.pdf', size: 3 }] },
};

/** As Email Trigger does it. n8n has checked the signature, which is not tried here. */
const urlOf = (header: string) =>
  `http://n8n.invalid/?by=mail&question=${waitingIn(header)?.question ?? 'none'}`;

test('asks for a reply by mail, which names the run and its node', async () => {
  const { id, email, urls, asleep, open, goOn } = await ask(REPLY);
  expect(urls).toEqual([]);
  const nodeId = asleep.data.executionData?.nodeExecutionStack[0]?.node.id;
  const hex = expect.stringMatching(/^[0-9a-f]{16}$/) as string;
  const asked = { runId: id, nodeId, question: hex, proof: hex };
  expect(waitingIn(email.messageId)).toEqual(asked);
  expect(email.messageId).toMatch(/@example\.test>$/);
  expect(waitingIn(email.references)).toEqual(waitingIn(email.messageId));
  expect(email.references).not.toBe(email.messageId);
  const url = urlOf(email.messageId!);
  expect(await open(url)).toMatchObject({ status: 410, resume: undefined });
  for (const answer of [
    { ...MAIL, from: [{ name: BOB, address: 'eve@example.test' }] },
    { ...MAIL, from: [] },
    undefined,
  ]) {
    const refused = await open(url, { method: 'POST', body: { answer } });
    expect(refused).toMatchObject({ status: 403, page: MAIL_REFUSED, resume: undefined });
  }
  const taken = await open(url, { method: 'POST', body: { answer: MAIL } });
  expect(taken.page).toBe(MAIL_TAKEN);
  expect(itemsOf(await goOn(taken), 'After')).toMatchObject([
    {
      json: {
        data: {
          ...{ answered: true, text: 'Yes', from: 'Bob <BOB@example.test>', fromAddress: BOB },
          ...{ subject: 'Re: Holiday?', id: 'the id', attachments: [{ fileName: 'a.pdf' }] },
        },
      },
    },
  ]);
});

test('takes a reply from anybody if it is told to', async () => {
  const { email, open } = await ask({ ...REPLY, options: { onlyFromRecipients: false } });
  const answer = { ...MAIL, from: [{ name: '', address: 'eve@example.test' }] };
  const taken = await open(urlOf(email.messageId!), { method: 'POST', body: { answer } });
  expect(taken.resume).toBeDefined();
});

const asksForReply = (parameters: object = {}) => [
  connect(SENDER),
  mailbox('Ask', { ...QUESTION, ...REPLY, ...parameters }),
];
const hintsOf = (run: IRun) =>
  (run.data.resultData.runData.Ask?.at(-1)?.hints ?? []).map(({ message }) => message).join();

/** While a trigger listens to this mailbox, and this process has run for long enough to know. */
async function whileListening(answersTo: string | undefined, work: () => Promise<void>): Promise<void> {
  vi.spyOn(process, 'uptime').mockReturnValue(1_000);
  const { triggers } = await import('../../n8n/trigger/process.js');
  const listener = {
    ...{ workflowId: '1', nodeName: 'Email Trigger', memory: undefined, answersTo },
    close: async () => await Promise.resolve(),
  };
  await triggers.enter('test', listener);
  try {
    await work();
  } finally {
    triggers.leave('test', listener);
    vi.restoreAllMocks();
  }
}

test('refuses to ask for a reply where no trigger would hear it', async () => {
  await whileListening(undefined, async () => {
    const error = await lab().failure(asksForReply());
    expect(error.message).toMatch(/No published workflow of this n8n listens to alice@example.test/);
    expect(relay.delivered).toEqual([]);
  });
  await whileListening('Alice@example.test', async () => {
    expect((await lab().run(asksForReply())).status).toBe('waiting');
  });
});

test('asks where a trigger listens to the sender, and warns if it may not hear another address', async () => {
  await whileListening('support@example.test', async () => {
    const fromSupport = await lab().run(asksForReply({ fromEmail: 'Support <SUPPORT@example.test>' }));
    expect(fromSupport.status).toBe('waiting');
    expect(hintsOf(fromSupport)).toBe('');
    for (const elsewhere of [
      { fromEmail: 'team@example.test' },
      { options: { replyTo: 'team@example.test' } },
    ]) {
      const run = await lab().run(asksForReply(elsewhere));
      expect(run.status).toBe('waiting');
      expect(hintsOf(run)).toMatch(/listens to team@example.test/);
    }
  });
});

test('warns if only the machine of n8n can open the links', async () => {
  const { asleep } = await ask({});
  expect(hintsOf(asleep)).toBe('');
  const warned: string[] = [];
  const context = { addExecutionHints: ({ message }: { message: string }) => warned.push(message) };
  for (const url of ['http://localhost:5678/webhook-waiting/1/2', 'http://[::1]/x', 'https://n8n.example/x'])
    warnOfLocalLinks(context as never, [{ label: 'Approve', url }]);
  expect(warned).toEqual([
    expect.stringContaining('begin with http://localhost:5678, which only') as string,
    expect.stringContaining('begin with http://[::1], which') as string,
  ]);
});

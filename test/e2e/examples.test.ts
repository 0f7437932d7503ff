import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Turn } from '../servers/chat-model';
import { linksOf } from '../servers/links';
import { deliver, mail, type Delivery, type MailContent } from '../servers/mailbox';
import { itemsOf, type Execution, type Stored } from '../servers/n8n';
import { waitFor } from '../servers/wait';
import { startChromium, type Browser } from './browser/chromium';
import { Editor } from './browser/editor';
import { takePicture } from './browser/pictures';
import { ExamplesLab, foldersOf, mailIn, subjectsIn, type Account, type Seen } from './examples-lab';
import { sharedN8n } from './shared-n8n';

// Each workflow of examples/ as it stands: imported into a real n8n, given credentials, and run on real mail servers.

let lab: ExamplesLab;
let browser: Browser;
let editor: Editor;

beforeAll(async () => {
  const { url, owner } = sharedN8n();
  lab = await ExamplesLab.start();
  browser = await startChromium();
  editor = new Editor(browser.page, url);
  await editor.signIn(owner);
});
afterAll(async () => {
  await browser?.stop();
  await lab?.stop();
});

const letter = (content: MailContent, more: Omit<Delivery, 'raw'> = {}): Delivery => ({
  raw: mail({ text: 'Text', ...content }),
  ...more,
});
const put = ({ server, user }: Account, folder: string, messages: Delivery[]) =>
  deliver(server, user, folder, messages);

async function run(workflow: Stored): Promise<Execution> {
  const execution = await lab.rest.runAndWait(workflow);
  expect(execution.error).toBeUndefined();
  expect(execution.status).toBe('success');
  return execution;
}

const ONLY_THE_WORKFLOW = `
  [data-test-id='canvas-controls'], [data-test-id='node-creator-plus-button'], [data-test-id='tab-bar-container'],
  [data-test-id='execute-workflow-button'], [class*='nodeButtonsWrapper'], [class*='executionButtons'] { visibility: hidden !important; }`;

async function picture({ id }: Stored, name: string): Promise<void> {
  await editor.openWorkflow(id);
  await editor.fit();
  const clip = await editor.placeOfWorkflow();
  await takePicture(browser.page, `example-${name}`, { forDocs: true, clip, style: ONLY_THE_WORKFLOW });
}

test('invoices: PDFs of unread mail are downloaded, and their mail is moved', async () => {
  const pdf = (filename: string) => ({
    filename,
    content: `%PDF of ${filename}`,
    contentType: 'application/pdf',
  });
  const ada = lab.account('ada');
  put(ada, 'INBOX', [
    letter({ subject: 'Two invoices', attachments: [pdf('one.pdf'), pdf('TWO.PDF')] }),
    letter({
      subject: 'One invoice',
      attachments: [pdf('three.pdf'), { filename: 'logo.png', content: 'x' }],
    }),
    letter({ subject: 'A table', attachments: [{ filename: 'table.csv', content: 'a,b' }] }),
    letter({ subject: 'No file' }),
    letter({ subject: 'Read before', attachments: [pdf('old.pdf')] }, { read: true }),
  ]);
  const workflow = await lab.open('invoices', ada);
  const execution = await run(workflow);
  const kept = execution.runData['Keep the files']?.at(-1)?.data?.main?.[0] as unknown as {
    binary: { data: { fileName: string; mimeType: string } };
  }[];
  expect(kept.map(({ binary }) => binary.data.fileName).sort()).toEqual(['TWO.PDF', 'one.pdf', 'three.pdf']);
  expect(await subjectsIn(ada, 'Invoices')).toEqual(['One invoice', 'Two invoices']);
  expect(await subjectsIn(ada, 'INBOX')).toEqual(['A table', 'No file', 'Read before']);

  await run(workflow);
  expect(await subjectsIn(ada, 'Invoices')).toEqual(['One invoice', 'Two invoices']);
  await picture(workflow, 'invoices');
});

test('migration: all mail is on the other server, and a second run changes nothing', async () => {
  const day = (n: number) => new Date(`2026-0${n}-03T04:05:06Z`);
  const without = mail({ subject: 'Without a name' });
  const nameless = Buffer.from(without.toString('latin1').replace(/^Message-ID: .*\r\n/m, ''), 'latin1');
  const twice = mail({ subject: 'In two folders' });
  const [from, to] = [lab.account('old'), lab.account('new')];
  put(from, 'INBOX', [
    letter({ subject: 'Read' }, { read: true, receivedAt: day(1) }),
    letter({ subject: 'Flagged' }, { flagged: true, receivedAt: day(2) }),
    { raw: nameless, receivedAt: day(3) },
    { raw: twice, receivedAt: day(4) },
  ]);
  put(from, 'Projects/2026', [{ raw: twice, read: true, receivedAt: day(5) }]);
  put(from, 'Empty', []);
  put(from, 'Sent', [letter({ subject: 'Sent' }, { read: true, receivedAt: day(6) })]);
  put(from, 'Junk', [letter({ subject: 'Spam' })]);
  put(from, 'Trash', [letter({ subject: 'Away' })]);
  // As after a run that was interrupted.
  put(to, 'INBOX', [{ raw: twice, receivedAt: day(4) }]);

  const expectSame = async () => {
    for (const folder of ['INBOX', 'Projects/2026', 'Sent', 'Empty']) {
      expect(bySubject(await mailIn(to, folder)), folder).toEqual(bySubject(await mailIn(from, folder)));
    }
    for (const folder of ['Junk', 'Trash']) expect(await mailIn(to, folder), folder).toEqual([]);
  };
  const workflow = await lab.open('migration', { 'Old server': from, 'New server': to });
  const first = await run(workflow);
  expect(itemsOf(first, 'Only what is missing')).toHaveLength(5);
  expect(itemsOf(first, 'What could not be copied')).toEqual([]);
  await expectSame();

  const folders = await foldersOf(to);
  const second = await run(workflow);
  expect(itemsOf(second, 'Only what is missing')).toEqual([]);
  expect(await foldersOf(to)).toEqual(folders);
  await expectSame();
  await picture(workflow, 'migration');
});

const bySubject = (list: Seen[]) => list.toSorted((one, two) => one.subject.localeCompare(two.subject));

test('sign-up test: the code of the mail to the new address', async () => {
  const ada = lab.account('ada');
  const workflow = await lab.open('sign-up-test', ada);
  const id = await lab.rest.run(workflow);
  const address = `ada+${id}@example.test`;
  put(ada, 'INBOX', [
    letter({ subject: 'Your code', to: 'ada+0@example.test', text: 'Your code is 111111.' }),
    letter({ subject: 'Your code', to: address, text: 'Your code is 482913. It works for 10 minutes.' }),
  ]);
  const execution = await lab.rest.waitForExecution(id);
  expect(execution.error).toBeUndefined();
  expect(itemsOf(execution, 'Enter the code here')).toEqual([{ code: '482913' }]);
  await picture(workflow, 'sign-up-test');
});

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3_600_000);

test.each([
  ['Delete', ['New']],
  ['Keep all', ['New', 'Old 1', 'Old 2']],
] as const)('clean-up: the answer "%s"', async (answer, left) => {
  const account = lab.account(answer === 'Delete' ? 'deletes' : 'keeps');
  const from = 'News <newsletter@example.test>';
  put(account, 'INBOX', [
    letter({ from, subject: 'Old 1' }, { receivedAt: daysAgo(200) }),
    letter({ from, subject: 'Old 2' }, { receivedAt: daysAgo(91) }),
    letter({ from, subject: 'New' }, { receivedAt: daysAgo(2) }),
  ]);
  const workflow = await lab.open('clean-up', account);
  const id = await lab.rest.run(workflow);
  await lab.rest.waitForExecution(id, { until: ['waiting', 'error', 'success'] });
  const question = (await mailIn(account, 'INBOX')).find(({ subject }) => /^Delete/.test(subject));
  expect(question?.subject).toBe('Delete 2 old newsletters?');
  await picture(workflow, 'clean-up');

  const [approve, keep] = await linksOf(Buffer.from(question!.source));
  expect((await fetch(answer === 'Delete' ? approve! : keep!, { method: 'POST' })).status).toBe(200);
  await waitFor(
    'the end of the run',
    async () => (await lab.rest.getExecution(id)).status === 'success',
    20_000,
  );
  expect(await subjectsIn(account, 'INBOX')).toEqual(['Delete 2 old newsletters?', ...left].sort());
  expect(await subjectsIn(account, 'Trash')).toEqual(answer === 'Delete' ? ['Old 1', 'Old 2'] : []);
});

test('triage: answers wait as drafts, and nothing is sent', async () => {
  const account = lab.account('team');
  put(account, 'INBOX', [
    letter({ from: 'Linus <linus@example.test>', subject: 'Where is my order?', text: 'I ordered in May.' }),
    letter({ from: 'News <news@example.test>', subject: 'Weekly news', text: 'Buy now.' }),
    letter({ subject: 'Read by somebody' }, { read: true }),
  ]);
  const sent = lab.relay.messages.length;
  const answer: Turn = (messages) => ({
    content: JSON.stringify(messages).includes('Weekly news') ? 'NONE' : 'Hello, we are looking into it.',
  });
  lab.model.play(answer, answer);
  const workflow = await lab.open('triage-to-drafts', account);
  await run(workflow);
  expect(lab.model.requests).toHaveLength(2);
  expect(JSON.stringify(lab.model.requests)).toContain('I ordered in May.');
  const [draft, ...others] = await mailIn(account, 'Drafts');
  expect(others).toEqual([]);
  expect(draft?.subject).toBe('Re: Where is my order?');
  expect(draft?.source).toMatch(/^To: .*linus@example\.test/m);
  expect(draft?.source).toMatch(/^In-Reply-To: </m);
  expect(draft?.source).toContain('Hello, we are looking into it.');
  const flagged = (await mailIn(account, 'INBOX')).filter(({ flags }) => flags.includes('\\Flagged'));
  expect(flagged.map(({ subject }) => subject)).toEqual(['Where is my order?']);

  await run(workflow);
  expect(lab.model.requests).toHaveLength(2); // each mail was read once
  expect(await subjectsIn(account, 'Drafts')).toEqual(['Re: Where is my order?']);
  expect(lab.relay.messages).toHaveLength(sent);
  await picture(workflow, 'triage-to-drafts');
});

// What they do is tested elsewhere: test/core/trigger.test.ts, test/core/pass-on.test.ts, agent.test.ts,
// test/core/send-and-wait.test.ts.
test.each(['demo-workflow', 'answer-mail', 'mail-agent', 'approve-by-mail'])(
  '%s can be imported and looked at',
  async (name) => {
    await picture(await lab.open(name, lab.account('ada')), name);
  },
);

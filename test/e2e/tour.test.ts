import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRelay, type Relay } from '../integration/smtp/fixture';
import { linksOf } from '../servers/links';
import { deliver, mail } from '../servers/mailbox';
import { errorOf, itemsOf, type Stored } from '../servers/n8n';
import { chain, type WorkflowNode } from '../servers/workflow';
import { ALICE, BOB, subjectsOf, useLab } from './lab';

import { connect, mailbox, onlyFirst, start } from './nodes';

// Every operation of Email Mailbox in a real n8n, installed as a package, each by the fields that the editor shows.

const lab = useLab({
  extraConfig: `
mail_plugins = $mail_plugins quota
protocol imap {
  mail_plugins = $mail_plugins imap_quota
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=10M
}`,
});
const PDF = randomBytes(100_000);
let relay: Relay;

beforeAll(async () => {
  relay = await startRelay({ passwords: lab().dovecot.users });
});
afterAll(async () => await relay.stop());

const credential = async (): Promise<Stored> =>
  await lab().credential(ALICE, {
    ...{ smtpHost: 'localhost', smtpPort: relay.port, smtpSecurity: 'starttls' },
    ...{ popHost: 'localhost', popPort: lab().dovecot.ports.pop3s, popSecurity: 'tls' },
    // Both servers' authorities.
    caCertificate: `${lab().dovecot.ca}${relay.ca}`,
  } as object);

const step = (name: string, resource: string, operation: string, parameters: object = {}): WorkflowNode =>
  mailbox(name, { resource, operation, ...parameters });
const path = (value: string) => ({ __rl: true, mode: 'path', value });
const use = (value: string) => ({ __rl: true, mode: 'use', value });
const TEXT = { emailFormat: 'text', text: 'Hello' };

async function run(name: string, nodes: WorkflowNode[]) {
  const { rest } = lab();
  return await rest.runAndWait(
    await rest.createWorkflow(chain(name, [start(), connect(await credential()), ...nodes])),
  );
}

test('folders and messages', async () => {
  const message = 'From: ada@example.test\nTo: alice@example.test\nSubject: Tour\n\nText';
  const execution = await run('tour of messages', [
    step('Make A', 'folder', 'create', { path: 'A' }),
    step('Make B', 'folder', 'create', { path: 'B' }),
    step('Append', 'message', 'append', { source: 'text', message, folder: path('A') }),
    step('List', 'message', 'getMany', { folder: path('A'), options: { includeHeaders: true } }),
    step('Mark', 'message', 'mark', { readState: 'yes', addKeywords: 'Tour' }),
    step('Copy', 'message', 'copy', { destination: path('B') }),
    step('Move', 'message', 'move', {
      ...{ messageId: '={{ $("List").item.json.id }}', destination: path('B') },
    }),
    step('Get', 'message', 'get', { simplify: false }),
    step('Save', 'message', 'save', { messageId: '={{ $("Move").item.json.id }}' }),
    step('Found', 'message', 'wait', {
      ...{ folder: path('B'), includeExisting: true, filters: { keyword: 'Tour' }, timeout: 10 },
    }),
    onlyFirst('One'),
    step('Delete', 'message', 'delete', {}),
    step('Delete all', 'message', 'delete', {
      ...{ select: 'filter', folder: path('B'), filters: { subject: 'Tour' }, permanently: true },
    }),
    step('Folder', 'folder', 'get', { folder: path('B') }),
    step('Rename', 'folder', 'rename', { folder: path('B'), newPath: 'C' }),
    step('Empty', 'folder', 'empty', { folder: use('\\Trash') }),
    step('Remove', 'folder', 'delete', { folder: path('C') }),
    step('Quota', 'folder', 'getQuota', { folder: use('\\Inbox') }),
    step('Folders', 'folder', 'getMany', { returnAll: true }),
  ]);
  expect(execution.error).toBeUndefined();
  const first = (node: string) => itemsOf(execution, node)[0];
  expect(first('List')).toMatchObject({ subject: 'Tour', headers: { subject: 'Tour' } });
  expect(first('Copy')).toMatchObject({ folder: 'B' });
  expect(first('Move')).toMatchObject({ folder: 'B', previousId: first('List')?.id });
  expect(first('Get')).toMatchObject({ folder: 'B', isRead: true, keywords: ['Tour'] });
  expect(first('Save')).toMatchObject({ fileName: 'Tour.eml' });
  expect(itemsOf(execution, 'Found')).toHaveLength(2);
  expect(first('Delete')).toMatchObject({ deleted: true, folder: 'Trash' });
  expect(first('Delete all')).toMatchObject({ matched: 1, deleted: 1, failed: [] });
  expect(first('Folder')).toMatchObject({ exists: true, total: 0 });
  expect(first('Rename')).toMatchObject({ path: 'C', previousPath: 'B' });
  expect(first('Empty')).toMatchObject({ deleted: 1 });
  expect(first('Quota')).toMatchObject({ path: '\\Inbox', storageLimit: 10 * 1024 * 1024 });
  expect(itemsOf<{ path: string }>(execution, 'Folders').map(({ path: one }) => one)).not.toContain('C');
});

test('attachments, replies and drafts', async () => {
  deliver(lab().dovecot, ALICE, 'Answers', [
    mail({
      from: `Bob <${BOB}>`,
      subject: 'Question',
      text: 'Why?',
      attachments: [{ filename: 'plan.pdf', contentType: 'application/pdf', content: PDF }],
      headers: { 'Message-ID': '<question@example.test>' },
    }),
  ]);
  const execution = await run('tour of answers', [
    step('List', 'message', 'getMany', { folder: path('Answers') }),
    step('Thread', 'message', 'getThread', {}),
    step('Attachments', 'attachment', 'getMany', { attachmentFilters: { namePattern: '*.pdf' } }),
    step('Download', 'attachment', 'download', {}),
    step('Reply', 'message', 'reply', TEXT),
    step('Reply all', 'message', 'replyAll', { ...TEXT, messageId: '={{ $json.originalId }}' }),
    step('Forward', 'message', 'forward', {
      ...{ ...TEXT, messageId: '={{ $json.originalId }}', toEmail: 'zoe@example.test' },
    }),
    step('Draft', 'draft', 'create', { ...TEXT, subject: 'First', toEmail: BOB }),
    step('Update', 'draft', 'update', { ...TEXT, subject: 'Second', toEmail: BOB }),
    step('Read draft', 'draft', 'get', {}),
    step('Send draft', 'draft', 'send', {}),
    step('Reply draft', 'message', 'reply', {
      ...{ ...TEXT, messageId: '={{ $("Reply").item.json.originalId }}', saveAsDraft: true },
    }),
    step('Drafts', 'draft', 'getMany', { returnAll: true }),
    step('Delete draft', 'draft', 'delete', {}),
    step('Send', 'message', 'send', { ...TEXT, toEmail: BOB, subject: 'Last' }),
    step('After', 'message', 'getMany', { folder: path('Answers'), simplify: false }),
  ]);
  expect(execution.error).toBeUndefined();
  const first = (node: string) => itemsOf(execution, node)[0];
  expect(first('Attachments')).toMatchObject({ fileName: 'plan.pdf', mimeType: 'application/pdf' });
  expect(first('Reply')).toMatchObject({ accepted: [BOB], subject: 'Re: Question' });
  expect(first('Forward')).toMatchObject({ accepted: ['zoe@example.test'], subject: 'Fwd: Question' });
  expect(first('Send draft')).toMatchObject({
    draftRemoved: true,
    sentCopy: { saved: true, folder: 'Sent' },
  });
  expect(first('Read draft')).toMatchObject({ id: first('Update')?.id, subject: 'Second' });
  expect(first('Drafts')).toMatchObject({ id: first('Reply draft')?.id, subject: 'Re: Question' });
  expect(first('Delete draft')).toMatchObject({ deleted: true, folder: 'Trash' });
  expect(first('After')).toMatchObject({ isAnswered: true, keywords: ['$Forwarded'] });
  const subjects = relay.delivered.map(({ raw }) => /^Subject: (.*)$/m.exec(raw.toString())?.[1]?.trim());
  expect(subjects).toEqual(['Re: Question', 'Re: Question', 'Fwd: Question', 'Second', 'Last']);
  const forwarded = relay.delivered[2]?.raw.toString('latin1').replace(/\r\n/g, '');
  expect(forwarded).toContain(PDF.toString('base64').slice(0, 1000));
});

test('a question that waits for its answer', async () => {
  relay.delivered.length = 0;
  const { rest } = lab();
  const asks = step('Ask', 'message', 'sendAndWait', { toEmail: BOB, subject: 'Ask', message: 'May I?' });
  const id = await rest.run(
    await rest.createWorkflow(chain('tour of questions', [start(), connect(await credential()), asks])),
  );
  await rest.waitForExecution(id, { until: ['waiting'] });
  await fetch((await linksOf(relay.delivered[0]!.raw))[0]!, { method: 'POST' });
  const execution = await rest.waitForExecution(id, { until: ['success', 'error'] });
  expect(itemsOf(execution, 'Ask')).toMatchObject([{ data: { answered: true, approved: true } }]);
});

test('the same workflow reads over POP3, and fails clearly at what POP3 cannot do', async () => {
  const { rest } = lab();
  const [start_, connect_] = [start(), connect(await credential())];
  const overPop3 = { ...connect_, parameters: { ...connect_.parameters, protocol: 'pop3' } };
  const list = mailbox('List', { folder: path('INBOX') });
  const execution = await rest.runAndWait(
    await rest.createWorkflow(chain('pop3', [start_, overPop3, list, step('Get', 'message', 'get', {})])),
  );
  expect(execution.error).toBeUndefined();
  expect(
    itemsOf<{ subject: string }>(execution, 'Get')
      .map(({ subject }) => subject)
      .sort(),
  ).toEqual(subjectsOf(ALICE));
  const refused = await rest.runAndWait(
    await rest.createWorkflow(
      chain('pop3 cannot', [
        start(),
        overPop3,
        mailbox('List', { folder: path('INBOX') }),
        step('Move', 'message', 'move', { destination: path('Archive') }),
      ]),
    ),
  );
  expect(errorOf(refused)).toMatchObject({
    message: 'POP3 cannot move messages: it has no folders',
  });
});

test('the list of folders shows those of the session that was opened last, or why it cannot be shown', async () => {
  const { rest } = lab();
  const sessionName = 'Folders of the tour';
  const ask = async () =>
    (await rest.call('POST', '/dynamic-node-parameters/resource-locator-results', {
      path: 'folder',
      methodName: 'searchFolders',
      nodeTypeAndVersion: { name: 'n8n-nodes-email-session.emailMailbox', version: 1 },
      currentNodeParameters: { sessionName, resource: 'folder', operation: 'get' },
    })) as { results: Array<{ name: string; value: string }> };
  await expect(ask()).rejects.toThrow(/after you run the Email Connect node/);
  const execution = await rest.runAndWait(
    await rest.createWorkflow(chain('opened', [start(), connect(await credential(), { sessionName })])),
  );
  expect(execution.error).toBeUndefined();
  const { results } = await ask();
  expect(results[0]).toEqual({
    name: expect.stringMatching(/^INBOX – \S+@example\.test$/) as string,
    value: 'INBOX',
  });
  expect(results.map(({ value }) => value)).toContain('Answers');
});

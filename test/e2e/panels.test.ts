import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { restClient } from '../servers/n8n';
import { chain } from '../servers/workflow';
import { startChromium, type Browser } from './browser/chromium';
import { Editor } from './browser/editor';
import { takePicture } from './browser/pictures';
import { mailbox, start } from './nodes';

// The pictures of docs/operations.md: the panel of each operation that people use most, filled in, from the real editor.

const INBOX = { __rl: true, mode: 'use', value: '\\Inbox', cachedResultName: 'Inbox' };
const SESSION = { __rl: true, mode: 'list', value: 'Default', cachedResultName: 'Default' };
const ARCHIVE = { __rl: true, mode: 'path', value: 'Archive/2026' };
const BODY = { emailFormat: 'text', text: '=Dear {{ $json.name }},\n\nthe invoice is attached.' };

/** By the name of the picture. */
const PANELS: Record<string, { resource: string; operation: string; [field: string]: unknown }> = {
  'message-get-many': {
    ...{ resource: 'message', operation: 'getMany', folder: INBOX, returnAll: false, limit: 20 },
    filters: { from: 'billing@example.com', readState: 'unread', hasAttachments: true },
  },
  'message-send': {
    ...{
      resource: 'message',
      operation: 'send',
      toEmail: '={{ $json.email }}',
      subject: 'Your invoice',
      ...BODY,
    },
    options: { attachments: 'data', ccEmail: 'accounting@example.com' },
  },
  'message-reply': {
    ...{ resource: 'message', operation: 'reply', ...BODY, text: 'Thank you. We will answer by Friday.' },
    options: { quoteOriginal: true },
  },
  'message-mark': {
    ...{ resource: 'message', operation: 'mark', select: 'filter', folder: INBOX, dryRun: true },
    ...{ filters: { subject: 'Newsletter' }, readState: 'yes', addKeywords: 'Newsletter' },
  },
  'message-move': {
    ...{ resource: 'message', operation: 'move', select: 'id', destination: ARCHIVE },
  },
  'message-wait': {
    ...{ resource: 'message', operation: 'wait', folder: INBOX, timeout: 120, includeExisting: true },
    filters: { subject: 'Your code' },
  },
  'attachment-download': {
    ...{ resource: 'attachment', operation: 'download', select: 'id', output: 'attachment' },
    attachmentFilters: { namePattern: '*.pdf' },
  },
  'draft-create': {
    ...{
      resource: 'draft',
      operation: 'create',
      toEmail: '={{ $json.from }}',
      subject: '=Re: {{ $json.subject }}',
    },
    ...BODY,
  },
  'folder-get-many': {
    resource: 'folder',
    operation: 'getMany',
    returnAll: true,
    options: { includeCounts: true },
  },
};

let browser: Browser;
let editor: Editor;
let workflow: string;

beforeAll(async () => {
  const { url, owner } = inject('n8n');
  const rest = await restClient(url);
  await rest.login(owner);
  const nodes = Object.entries(PANELS).map(([name, parameters]) => newest(name, parameters));
  workflow = (await rest.createWorkflow(chain('Panels', [start(), ...nodes]))).id;
  browser = await startChromium();
  editor = new Editor(browser.page, url);
  await editor.signIn(owner);
  await editor.openWorkflow(workflow);
  await editor.fit();
});
afterAll(async () => await browser?.stop());

/** As it is added today, and without fields that are not of its operation. */
function newest(name: string, { resource, operation, ...parameters }: (typeof PANELS)[string]) {
  const node = mailbox(name, { resource, operation, ...parameters });
  return {
    ...node,
    typeVersion: 2,
    parameters: { sessionName: SESSION, resource, operation, ...parameters },
  };
}

test.each(Object.keys(PANELS))('the panel of %s', async (name) => {
  const { page } = browser;
  await page.setViewportSize({ width: 1280, height: 720 });
  await editor.openNode(name);
  await page.setViewportSize({ width: 1280, height: 1400 }); // the form is long
  await page.mouse.move(0, 0); // what lies under it looks different
  const fields = await editor.nodePanel.innerText();
  expect(fields).not.toMatch(/undefined|\[object/);
  await takePicture(page, `panel-${name}`, { forDocs: true, clip: await editor.placeOfFields() });
  await page.setViewportSize({ width: 1280, height: 720 });
  await editor.closeNode();
});

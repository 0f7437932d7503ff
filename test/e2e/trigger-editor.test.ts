import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { startDovecot, type Dovecot } from '../servers/dovecot';
import { restClient, type RestClient } from '../servers/n8n';
import { waitFor } from '../servers/wait';
import { chain } from '../servers/workflow';
import { startChromium, WINDOW, type Browser } from './browser/chromium';
import { Editor } from './browser/editor';
import { takePicture } from './browser/pictures';
import { deliverSamples, SUBJECTS } from './browser/samples';
import { CREDENTIAL_TYPE } from './nodes';
import { newNode } from './panels';
import { sharedN8n } from './shared-n8n';

// Email Trigger in the editor, as a person tries it before publishing.

const USER = 'ada@example.test';
const NAME = 'Email Trigger';

let dovecot: Dovecot;
let browser: Browser;
let editor: Editor;
let rest: RestClient;

beforeAll(async () => {
  const { url, owner, signedIn, canary } = sharedN8n();
  [dovecot, browser, rest] = await Promise.all([
    startDovecot({ users: { [USER]: `ada-${canary}` } }),
    startChromium(),
    restClient(url, signedIn),
  ]);
  deliverSamples(dovecot, USER);
  editor = new Editor(browser.page, url);
  await editor.signIn(owner);
});

afterAll(async () => {
  await browser?.stop();
  await dovecot?.stop();
});

test('the panel of nodes offers Email Trigger as the start of a workflow', async () => {
  await editor.openNewWorkflow();
  await editor.openNodePanel();
  await editor.search.fill('email');
  await editor.foundNodes().getByText(NAME, { exact: true }).waitFor();
  await takePicture(browser.page, 'trigger-node-panel');
});

test('"Execute step" shows the newest message, and leaves no connection', async () => {
  const { host, ports, ca, users } = dovecot;
  const credential = await rest.createCredential({
    name: 'Mail of Ada',
    type: CREDENTIAL_TYPE,
    data: { host, port: ports.imaps, security: 'tls', caCertificate: ca, user: USER, password: users[USER] },
  });
  const trigger = newNode('emailTrigger', NAME, {
    ...{ provider: 'other', protocol: 'imap', authentication: 'basic' },
  });
  const credentials = { [CREDENTIAL_TYPE]: { id: credential.id, name: credential.name } };
  const nodes = [{ ...trigger, credentials }, newNode('emailMailbox', 'Find messages')];
  const { id } = await rest.createWorkflow(chain('Orders by mail', nodes));
  await editor.openWorkflow(id);
  await editor.openNode(NAME);
  onTestFinished(() => editor.closeNode());
  // The form is long, and a table is wide.
  await browser.page.setViewportSize({ width: WINDOW.width, height: 1400 });
  await browser.page.mouse.move(0, 0); // what lies under it looks different
  await takePicture(browser.page, 'email-trigger', { forDocs: true, clip: await editor.placeOfFields() });
  await browser.page.setViewportSize({ width: 1600, height: 800 });

  await editor.executeStep();
  const [newest = '', ...older] = SUBJECTS;
  await editor.output.getByText(newest).waitFor();
  const output = await editor.output.innerText();
  expect(output).toContain('1 item');
  for (const subject of older) expect(output).not.toContain(subject);
  expect(output).not.toContain(sharedN8n().canary);
  await waitFor('the session of the test to end', () => dovecot.connections() === 0, 5_000);
  await editor.dismissNotices();
  await takePicture(browser.page, 'email-trigger-output', { forDocs: true });
});

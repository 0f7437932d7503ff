import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { AUTHENTICATIONS, PROTOCOLS, PROVIDERS, authenticationsOf } from '../../mail/account/providers';
import { RESOURCES } from '../../nodes/EmailMailbox/actions/resources';
import { startDovecot, type Dovecot } from '../servers/dovecot';
import { waitFor } from '../servers/wait';
import { startChromium, WINDOW, type Browser } from './browser/chromium';
import { CredentialDialog, WITHOUT_SCROLLING } from './browser/credential-dialog';
import { Editor } from './browser/editor';
import { takePicture } from './browser/pictures';
import { deliverSamples, SUBJECTS } from './browser/samples';
import { sharedN8n } from './shared-n8n';

// A newcomer's first quarter of an hour, in one browser: each test goes on where the one before ended.

const USER = 'ada@example.test';
const OURS = ['Email Connect', 'Find messages', 'Email Disconnect'];

let dovecot: Dovecot;
let browser: Browser;
let editor: Editor;
let credential: CredentialDialog;

beforeAll(async () => {
  const { url, owner, canary } = sharedN8n();
  [dovecot, browser] = await Promise.all([
    startDovecot({ users: { [USER]: `ada-${canary}` } }),
    startChromium(),
  ]);
  deliverSamples(dovecot, USER);
  editor = new Editor(browser.page, url);
  credential = new CredentialDialog(browser.page);
  await editor.signIn(owner);
  await editor.openNewWorkflow();
});

afterAll(async () => {
  await browser?.stop();
  await dovecot?.stop();
});

test('the node panel finds the nodes by their names', async () => {
  await editor.openNodePanel();
  await editor.pickNode('Manual Trigger');
  await editor.node('Execute workflow').waitFor();

  await editor.openNodePanel();
  await editor.search.fill('email');
  await editor.foundNodes().filter({ hasText: 'Email Connect' }).waitFor();
  const found = await editor.foundNodes().allInnerTexts();
  expect(found).toEqual(expect.arrayContaining(['Email Connect', 'Email Mailbox', 'Email Disconnect']));
  await takePicture(browser.page, 'node-panel');

  await editor.pickNode('Email Connect');
  await takePicture(browser.page, 'node-panel-providers');
  await editor.addPickedAction('Connect to any IMAP or POP3 server');
});

test('a wrong password is refused with our own message', async () => {
  await credential.create();
  await takePicture(credential.dialog, 'credential-new');
  const asked = await credential.fields();
  const expected = ['user', 'password', 'host', 'port', 'security', 'usePop3', 'useSmtp', 'useNetwork'];
  expect(asked.filter((name) => expected.includes(name))).toEqual(expected);
  expect(asked).not.toContain('popHost');
  await credential.field('user').fill(USER);
  await credential.field('password').fill('not the password');
  await credential.field('host').fill(dovecot.host);
  await credential.field('port').fill(String(dovecot.ports.imaps));
  await credential.choose('security', 'STARTTLS');
  await credential.choose('security', 'TLS');
  await credential.switchOn('useNetwork');
  await credential.field('caCertificate').fill(dovecot.ca);
  await credential.save();

  expect(await credential.verdict.innerText()).toContain('Couldn’t connect with these settings');
  await credential.showDetails();
  const server = `${dovecot.host}:${dovecot.ports.imaps}`;
  await credential.dialog.getByText(`${server} refused the login`).waitFor();
  await credential.dialog.getByText('Check "User" and "Password" in the credential').waitFor();
  await takePicture(browser.page, 'credential-wrong-password');
});

test('the right password is tested with a real login', async () => {
  const before = dovecot.logins();
  await credential.field('password').fill(dovecot.users[USER] ?? '');
  await credential.save();
  await credential.closed(); // a new credential's dialog closes by itself when its test succeeds
  expect(dovecot.logins() - before).toBe(1);

  await credential.edit();
  expect(await credential.verdict.innerText()).toContain('Connection tested successfully');
  expect(await credential.field('password').getAttribute('type')).toBe('password');
  expect(await credential.field('password').inputValue()).not.toContain(sharedN8n().canary);
  await editor.dismissNotices();
  await browser.page.setViewportSize({ width: WINDOW.width, height: 2200 }); // the dialog is long
  await takePicture(credential.dialog, 'credential', { forDocs: true, style: WITHOUT_SCROLLING });
  await browser.page.setViewportSize(WINDOW);
  await credential.close();
});

test('Email Connect shows what the matrix allows', async () => {
  await takePicture(browser.page, 'email-connect', { forDocs: true });
  expect(await editor.parameter('provider').count(), 'Provider is shown').toBe(1);
  expect(await editor.choicesOf('provider')).toEqual(PROVIDERS.map(({ name }) => name));
  for (const row of PROVIDERS) {
    await editor.choose('provider', row.name);
    expect(await editor.choicesOf('protocol')).toEqual(row.protocols.map((id) => PROTOCOLS[id].name));
    expect(await editor.parameter('authentication').count(), 'Authentication is shown').toBe(1);
    const offered = (await editor.choicesOf('authentication')).map((text) => text.split('\n')[0]);
    expect(offered).toEqual(
      authenticationsOf(row).map(([id, cell]) => cell.name ?? AUTHENTICATIONS[id].name),
    );
  }
  await editor.choose('provider', 'MSN / Outlook.com');
  await editor.choose('authentication', 'Basic');
  await editor.nodePanel.getByText('Microsoft has retired sign-in with a password').waitFor();
  await takePicture(browser.page, 'email-connect-notice');
  await editor.choose('provider', 'Outlook / Office 365');
  await editor.choose('protocol', 'Microsoft Graph');
  await editor.choose('authentication', 'OAuth2');
  await editor.nodePanel.getByText('in the credential must be Microsoft Graph').waitFor();
  await takePicture(browser.page, 'email-connect-access');
  await editor.choose('provider', 'Gmail');
  await editor.parameter('authentication').click();
  await takePicture(browser.page, 'email-connect-authentications');
  await editor.parameter('authentication').click();
  await editor.choose('provider', 'Other Server');
  await editor.choose('authentication', 'Basic');
  // A password for another server must not become the sign-in that Microsoft has retired.
  await editor.choose('provider', 'MSN / Outlook.com');
  expect(await editor.parameter('authentication').locator('input').inputValue()).toBe(
    'OAuth2 (Sign In as User)',
  );
  await editor.choose('provider', 'Other Server');
  await editor.choose('authentication', 'Basic');
});

test('the workflow runs', async () => {
  await editor.closeNode();
  await editor.openNodePanel();
  await editor.pickNode('Email Mailbox');
  await editor.addPickedAction('Find messages');
  await editor.closeNode();
  await editor.openNodePanel();
  await editor.pickNode('Email Disconnect');
  await editor.addPickedNode();
  await editor.closeNode();
  await editor.tidyUp();

  const before = dovecot.logins();
  expect(await editor.executeWorkflow()).toBe('Workflow executed successfully');
  for (const name of OURS) await editor.node(name).getByTestId('canvas-node-status-success').waitFor();
  await editor.node('Email Connect').getByText('IMAP').waitFor();
  await editor.node('Find messages').getByText('Get Many: Message').waitFor();
  expect(dovecot.logins() - before).toBe(1);
  await waitFor('the session to end', () => dovecot.connections() === 0, 2_000);
  await takePicture(browser.page, 'canvas', { forDocs: true });
});

test('Email Mailbox shows the messages in its output', async () => {
  await browser.page.setViewportSize({ width: 1600, height: 800 }); // a table is wide
  await editor.openNode('Find messages');
  onTestFinished(() => editor.closeNode());
  await editor.output.getByText(SUBJECTS[0] ?? '').waitFor();
  const output = await editor.output.innerText();
  expect(output).toContain(`${SUBJECTS.length} items`);
  const inOrder = SUBJECTS.map((subject) => output.indexOf(subject));
  expect(inOrder).not.toContain(-1);
  expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
  expect(output).not.toContain(sharedN8n().canary);
  // The ids come first and fill the window; people look for the senders, subjects and times.
  await editor.output.getByText('receivedAt', { exact: true }).first().scrollIntoViewIfNeeded();
  await browser.page.mouse.move(0, 0); // what lies under it looks different
  await takePicture(browser.page, 'email-mailbox', { forDocs: true });
  await browser.page.setViewportSize(WINDOW);
});

test('a session is picked from those that were opened lately, with their accounts', async () => {
  await editor.openNode('Find messages');
  onTestFinished(() => editor.closeNode());
  expect(await editor.listedFor('sessionName', USER)).toContain(`Default – ${USER}`);
  await takePicture(browser.page, 'session-list');
  await editor.pickListed('Default');
});

test('a folder is picked from those that the server has', async () => {
  await editor.openNode('Find messages');
  onTestFinished(() => editor.closeNode());
  expect(await editor.parameter('folder').locator('input').last().inputValue()).toBe('Inbox');
  const listed = await editor.listedFor('folder', 'Trash');
  const [paths, accounts] = [0, 1].map((part) => listed.map((name) => name.split(' – ')[part]!));
  expect(paths).toEqual(expect.arrayContaining(['INBOX', 'Sent', 'Trash']));
  expect([...new Set(accounts)]).toEqual([expect.stringMatching(/@example\.test$/)]);
  await takePicture(browser.page, 'folder-list');
  await editor.pickListed('Sent');
  expect(await editor.parameter('folder').locator('input').last().inputValue()).toMatch(/^Sent – /);
});

test.each([
  ['light', /email-[a-z]+\.svg$/],
  ['dark', /email-[a-z]+\.dark\.svg$/],
] as const)('the icons of the %s theme', async (colorScheme, file) => {
  await browser.page.emulateMedia({ colorScheme });
  for (const name of OURS) {
    const icon = editor.icon(name).first();
    await waitFor(`the icon of "${name}"`, async () => file.test((await icon.getAttribute('src')) ?? ''));
    // A picture that is not (or cannot be) loaded has no size of its own.
    const width = () => icon.evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth);
    await waitFor(`the picture of "${name}"`, async () => (await width()) > 0);
  }
  await editor.tidyUp();
  await takePicture(browser.page, `canvas-${colorScheme}`);
  await editor.openNode('Email Connect');
  await takePicture(browser.page, `email-connect-${colorScheme}`);
  await editor.closeNode();
});

// After those above: n8n gives the node another name with another operation.
test('Email Mailbox offers the operations that people expect', async () => {
  await editor.openNode('Find messages');
  // Message stands there from the start.
  for (const { name: resource, operations } of RESOURCES.filter(({ value }) => value !== 'message')) {
    await editor.choose('resource', resource);
    const offered = await editor.choicesOf('operation');
    expect(offered.map((text) => text.split('\n')[0])).toEqual(operations.map(({ name }) => name));
  }
  await takePicture(browser.page, 'email-mailbox-folder');
});

test('a message is named by the id of the item, or picked from those in the inbox', async () => {
  onTestFinished(() => editor.closeNode());
  await editor.choose('resource', 'Message');
  await editor.choose('operation', 'Reply All');
  const field = editor.parameter('messageId');
  expect(await field.getByTestId('rlc-mode-selector').locator('input').inputValue()).toBe('By ID');
  expect(await field.innerText()).toContain('{{ $json.id }}');
  // n8n offers the list only for a field without an expression.
  await editor.chooseFixed('messageId');
  await editor.chooseMode('messageId', 'From list');
  const [subject = ''] = SUBJECTS;
  const listed = await editor.listedFor('messageId', subject);
  expect(listed.filter((name) => SUBJECTS.some((one) => name.startsWith(one)))).toHaveLength(SUBJECTS.length);
  await takePicture(browser.page, 'message-list');
  await editor.pickListed(subject);
  expect(await field.locator('input').last().inputValue()).toContain(subject);
});

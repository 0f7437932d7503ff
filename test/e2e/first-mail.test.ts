import { afterAll, beforeAll, expect, test } from 'vitest';

import { measured } from '../../scripts/docs/generate';
import { startChromium, type Browser } from './browser/chromium';
import { CredentialDialog } from './browser/credential-dialog';
import { Editor } from './browser/editor';
import { EffortCounter, type Effort } from './browser/effort';
import { inviteNewcomer } from './newcomer';
import { ALICE, useOAuthLab } from './oauth-lab';
import { sharedN8n } from './shared-n8n';

// From an empty canvas to the first mail, click by click. docs/first-mail.md has the tables that are measured here:
// `npm test -- first-mail --update` writes them.

const lab = useOAuthLab({ keeps: true });
let browser: Browser;
let editor: Editor;
let credential: CredentialDialog;
let counter: EffortCounter;

beforeAll(async () => {
  browser = await startChromium({ ignoreHTTPSErrors: true });
  const { url, signedIn } = sharedN8n();
  editor = new Editor(browser.page, url);
  credential = new CredentialDialog(browser.page);
  await editor.signIn(await inviteNewcomer(url, signedIn));
  // Pages with forms, as users see them.
  lab().identity.autoLogin = undefined;
});

afterAll(async () => await browser?.stop());

interface Account {
  name: string;
  /** What people type into the search of the node panel. */
  search: string;
  /** What they click there. */
  action: string;
  /** What they type into the credential. */
  fields: () => Record<string, string>;
  /** Where the servers of this test are, which is not counted: people have those of their provider. */
  servers: () => Promise<void>;
  connect: () => Promise<void>;
  /** Before there were actions, defaults and "Execute step" in the quick start; counted in the same way. */
  before: Pick<Effort, 'clicks' | 'typed'>;
}

const password = () => lab().dovecot.users[ALICE] ?? '';

async function imapServer(): Promise<void> {
  const { ports, ca } = lab().dovecot;
  await credential.field('port').fill(String(ports.imaps));
  await credential.field('caCertificate').fill(`${ca}${lab().identity.ca}`);
}

async function customCloud(): Promise<void> {
  await credential.choose('cloud', 'Custom');
  await credential.field('host').fill(lab().dovecot.host);
  await imapServer();
}

const ACCOUNTS: Account[] = [
  {
    name: 'Any IMAP server',
    search: 'imap',
    action: 'Connect to any IMAP or POP3 server',
    fields: () => ({ user: ALICE, password: password(), host: lab().dovecot.host }),
    servers: async () => {
      await credential.switchOn('useNetwork');
      await imapServer();
    },
    connect: async () => await credential.save(),
    before: { clicks: 15, typed: 3 },
  },
  {
    name: 'Gmail, app password',
    search: 'gmail',
    action: 'Connect to Gmail',
    fields: () => ({ user: ALICE, password: password() }),
    servers: customCloud,
    connect: async () => await credential.save(),
    before: { clicks: 19, typed: 2 },
  },
  {
    name: 'Office 365, OAuth2',
    search: 'office 365',
    action: 'Connect to Outlook / Office 365',
    fields: () => {
      const { id, secret } = lab().identity.apps.webApp;
      return { clientId: id, clientSecret: secret ?? '', tenant: 'example.test' };
    },
    servers: async () => {
      await customCloud();
      for (const [name, value] of Object.entries(lab().oauth2('imap')))
        await credential.field(name).fill(String(value));
    },
    connect: async () => {
      const popup = await credential.connectMyAccount();
      await popup.getByLabel('Email').fill(ALICE);
      await popup.getByRole('button', { name: 'Sign in' }).click();
      await popup.getByRole('button', { name: 'Allow' }).click();
    },
    before: { clicks: 17, typed: 4 },
  },
];

/** The rows of the tables, by their first cell. */
const clicks = new Map<string, string[]>();
const searches = new Map<string, string[]>();

const cellsOf = ({ clicks: clicked, typed }: Pick<Effort, 'clicks' | 'typed'>) => [`${clicked}`, `${typed}`];

async function addConnect({ search, action }: Account): Promise<void> {
  await editor.openNewWorkflow();
  counter = await EffortCounter.start(browser.page);
  await editor.openNodePanel();
  await editor.search.pressSequentially(search);
  await editor.foundNodes().getByText('Email Connect', { exact: true }).click();
  await editor.addPickedAction(action);
}

/** Reads the inbox from the panel of Email Connect on. */
async function readInbox(): Promise<void> {
  await editor.closeNode();
  // n8n has put it there by itself.
  await editor.node('Execute workflow').waitFor();
  await editor.openNodePanel();
  await editor.search.pressSequentially('mailbox');
  await editor.foundNodes().getByText('Email Mailbox', { exact: true }).click();
  await editor.addPickedAction('Find messages');
  await editor.executeStep();
  await editor.output.getByText(`to ${ALICE}`).first().waitFor();
}

test.each(ACCOUNTS)('$name: to the first mail', async (account) => {
  await browser.page.context().clearCookies({ name: /^_session/ }); // at the provider
  await addConnect(account);
  await credential.create();
  for (const [name, value] of Object.entries(account.fields())) {
    await credential.field(name).click();
    await credential.field(name).pressSequentially(value);
  }
  await counter.without(account.servers);
  await account.connect();
  await credential.closed(); // by itself, because the login has worked
  await readInbox();
  const { searches: searched, ...effort } = await counter.total();
  expect(searched).toBe(2);
  clicks.set(account.name, [...cellsOf(effort), ...cellsOf(account.before)]);
});

test('a second workflow with the same account', async () => {
  const gmail = ACCOUNTS.find(({ search }) => search === 'gmail')!;
  await addConnect(gmail);
  // n8n takes the only credential of its type by itself.
  const chosen = browser.page.getByTestId('node-credentials-select').locator('input');
  expect(await chosen.inputValue()).toContain('Gmail App Password account');
  await readInbox();
  clicks.set('The same account again', [...cellsOf(await counter.total()), '', '']);
});

const WORDS = [
  ...['office 365', 'ews', 'graph', 'gmail', 'yahoo', 'hotmail', 'mail', 'e-mail', 'inbox', 'smtp'],
  ...['read email', 'send email', 'reply', 'attachment', 'draft'],
];

test.each(WORDS)('the search of the node panel for "%s" finds our nodes', async (word) => {
  if (searches.size === 0) {
    await editor.openNewWorkflow();
    await editor.openNodePanel();
  }
  await editor.search.fill('');
  await editor.search.pressSequentially(word);
  const ours = editor.foundNodes().filter({ hasText: /^Email (Connect|Mailbox|Trigger)$/ });
  await ours.first().waitFor();
  const found = await editor.foundNodes().allInnerTexts();
  const first = await ours.first().innerText();
  searches.set(word, [found[0] ?? '', first, `${found.indexOf(first) + 1}`]);
});

test('the docs have the numbers', async () => {
  const table = (head: string[], rows: Map<string, string[]>) =>
    [head, head.map(() => '-'), ...[...rows].map(([key, cells]) => [key, ...cells])]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n');
  const text = await measured('docs/first-mail.md', {
    clicks: table(['Account', 'Clicks', 'Typed fields', 'Clicks before', 'Typed before'], clicks),
    searches: table(['Search for', 'First in the list', 'First of ours', 'Its place'], searches),
  });
  await expect(text).toMatchFileSnapshot('../../docs/first-mail.md');
});

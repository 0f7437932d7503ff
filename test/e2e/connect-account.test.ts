import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROTOCOLS, type Protocol, type CredentialType } from '../../mail/account/providers';
import { waitFor } from '../servers/wait';
import { startChromium, WINDOW, type Browser } from './browser/chromium';
import { CredentialDialog } from './browser/credential-dialog';
import { Editor } from './browser/editor';
import { takePicture } from './browser/pictures';
import { cellOf } from './cells';
import { ALICE, useOAuthLab } from './oauth-lab';
import { sharedN8n } from './shared-n8n';

// n8n's own "Connect my account", as a person meets it: the dialog, the provider's pages, and back.

const lab = useOAuthLab({ keeps: true });
let browser: Browser;
let editor: Editor;
let credential: CredentialDialog;

beforeAll(async () => {
  browser = await startChromium({ ignoreHTTPSErrors: true });
  editor = new Editor(browser.page, sharedN8n().url);
  credential = new CredentialDialog(browser.page);
  await editor.signIn(sharedN8n().owner);
  // Pages with forms, as users see them.
  lab().identity.autoLogin = undefined;
});

afterAll(async () => {
  await browser?.stop();
});

describe.each<[provider: string, protocol: Protocol, authentication: string, credentialType: CredentialType]>(
  [
    ['Outlook / Office 365', 'graph', 'OAuth2 (Sign In as User)', 'emailOutlookOAuth2Api'],
    ['Outlook / Office 365', 'imap', 'Authorization Code with PKCE', 'emailOutlookPkceOAuth2Api'],
    ['Outlook / Office 365', 'imap', 'OAuth2 (Sign In as User)', 'emailOutlookOAuth2Api'],
    ['Gmail', 'imap', 'Authorization Code with PKCE', 'emailGmailPkceOAuth2Api'],
    ['Gmail', 'imap', 'OAuth2 (Sign In as User)', 'emailGmailOAuth2Api'],
    ['MSN / Outlook.com', 'imap', 'OAuth2 (Sign In as User)', 'emailMsnOAuth2Api'],
  ],
)('%s over %s with %s', (provider, protocol, authentication, credentialType) => {
  test('connects an account and opens its mailbox', async () => {
    // Signed out at the provider, which would otherwise know the user of the test before.
    await browser.page.context().clearCookies({ name: /^_session/ });
    await editor.openNewWorkflow();
    await editor.openNodePanel();
    await editor.pickNode('Manual Trigger');
    await editor.openNodePanel();
    await editor.pickNode('Email Connect');
    await editor.addPickedAction(`Connect to ${provider}`);
    await editor.choose('protocol', PROTOCOLS[protocol].name);
    await editor.choose('authentication', authentication);
    await credential.create();
    const fields = {
      user: ALICE,
      ...lab().servers,
      ...cellOf(credentialType, protocol).data(lab(), protocol),
    };
    for (const [name, value] of Object.entries(fields)) {
      if (name === 'cloud') await credential.choose(name, 'Custom');
      else if (name.toLowerCase().endsWith('security'))
        await credential.choose(name, String(value).toUpperCase());
      else if (value !== '') await credential.field(name).fill(String(value));
    }
    await browser.page.setViewportSize({ width: WINDOW.width, height: 1500 }); // the dialog is long
    await takePicture(browser.page, `connect-${protocol}-${credentialType}`);

    const popup = await credential.connectMyAccount();
    await popup.getByLabel('Email').fill(ALICE);
    await popup.getByRole('button', { name: 'Sign in' }).click();
    await popup.getByRole('button', { name: 'Allow' }).click();
    await credential.closed(); // a new credential's dialog closes by itself once the account is connected
    await browser.page.setViewportSize(WINDOW);
    await editor.closeNode();

    const { dovecot, office } = lab();
    const logins = () => (protocol === 'imap' ? dovecot.logins() : office.graph.connections);
    const open = () => dovecot.connections() + office.open();
    const [before, openBefore] = [logins(), open()];
    expect(await editor.executeWorkflow()).toBe('Workflow executed successfully');
    expect(logins() - before).toBe(1);
    // The connection is kept for the next run.
    await waitFor('the session to end', () => open() - openBefore <= 1, 2_000);
  });
});

test('the editor warns that EWS is being turned off, and asks what the token is for', async () => {
  await editor.openNewWorkflow();
  await editor.openNodePanel();
  await editor.pickNode('Email Connect');
  await editor.addPickedAction('Connect to Outlook / Office 365');
  expect(await editor.choicesOf('protocol')).toEqual(['IMAP', 'POP3', 'EWS', 'Microsoft Graph']);
  const notice = editor.nodePanel.getByText(/Microsoft is turning off EWS/);
  expect(await notice.isVisible()).toBe(false);
  await editor.choose('protocol', 'EWS');
  await notice.waitFor();
  await takePicture(browser.page, 'connect-ews-notice');
  await editor.choose('protocol', 'Microsoft Graph');
  await notice.waitFor({ state: 'hidden' });
  await credential.create();
  await credential.choose('access', 'Microsoft Graph');
  await browser.page.setViewportSize({ width: WINDOW.width, height: 1200 });
  await takePicture(browser.page, 'credential-access');
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followSignIn } from '../servers/browser';
import { itemsOf, loadProcessLibrary, type Stored } from '../servers/n8n';
import { freePorts } from '../servers/ports';
import { startSignIn } from '../servers/sign-in';
import { chain } from '../servers/workflow';
import { cellOf } from './cells';
import { mailbox, start, type MessageItem } from './nodes';
import { ALICE, connectWith, useOAuthLab } from './oauth-lab';
import { sharedN8n } from './shared-n8n';

// The command of the installed package, its file taken in by n8n's own command, and the mailbox read with it.

const lab = useOAuthLab();
const { userFolder, canary } = sharedN8n();
const COMMAND = join(userFolder, '.n8n/nodes/node_modules/n8n-nodes-email-session/dist/cli/index.js');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  // The provider and the mail server have an authority each.
  writeFileSync(join(folder, 'ca.pem'), lab().identity.ca + lab().dovecot.ca);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface App {
  id: string;
  secret?: string;
}

/** What a user does, on their own computer and then where n8n runs. */
async function signInAndImport(provider: string, { id, name }: Stored, app: App) {
  const { identity, dovecot } = lab();
  const out = join(folder, `${provider}.json`);
  const custom = {
    authority: `${identity.issuer}/example.test`,
    scope: 'openid email offline_access https://outlook.office.com/IMAP.AccessAsUser.All',
    host: `${dovecot.host}:${dovecot.ports.imaps}`,
    'smtp-host': `${dovecot.host}:${dovecot.ports.submissions}`,
    ca: join(folder, 'ca.pem'),
    // That of the redirect URI may be taken on the machine of whoever runs this.
    port: String((await freePorts(1))[0]),
  };
  const options = { 'client-id': app.id, id, name, out, ...custom };
  const args = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
  const run = startSignIn([provider, ...args, '--force'], {
    command: COMMAND,
    env: { EMAIL_SIGN_IN_CLIENT_SECRET: app.secret ?? '' },
  });
  const page = await fetch(await followSignIn(await run.url(), identity.ca));
  expect(await run.ended, run.output()).toBe(0);
  const shown = run.output() + (await page.text());
  expect(identity.issued.filter((token) => shown.includes(token))).toEqual([]);
  await importCredentials(out);
}

async function importCredentials(file: string): Promise<void> {
  const { runN8nCommand } = (await loadProcessLibrary()) as unknown as {
    runN8nCommand(args: string[], options: { userFolder: string }): Promise<string>;
  };
  const output = await runN8nCommand(['import:credentials', `--input=${file}`], { userFolder });
  expect(output).toContain('Successfully imported 1 credential.');
}

const credentialsNamed = async (name: string): Promise<Stored[]> =>
  ((await lab().rest.call('GET', '/credentials')) as Stored[]).filter((each) => each.name === name);

describe.each([
  ['outlook', 'emailOutlookPkceOAuth2Api'],
  ['gmail', 'emailGmailPkceOAuth2Api'],
] as const)('sign-in %s', (provider, credentialType) => {
  const stored: Stored = { id: `signIn${provider}`, name: `Signed in to ${provider}` };

  test('gives n8n a credential that opens the mailbox, and that n8n keeps fresh', async () => {
    const { rest, identity } = lab();
    const { publicApp, webApp } = identity.apps;
    const app: App = provider === 'gmail' ? webApp : publicApp;
    await signInAndImport(provider, stored, app);
    expect(await credentialsNamed(stored.name)).toMatchObject([{ id: stored.id, type: credentialType }]);

    const nodes = [start(), connectWith(cellOf(credentialType), stored), mailbox('Read')];
    const workflow = await rest.createWorkflow(chain(`with sign-in ${provider}`, nodes));
    const read = async () => {
      const before = identity.tokenRequests.length;
      const run = await rest.runAndWait(workflow);
      expect(run.error).toBeUndefined();
      const subjects = itemsOf<MessageItem>(run, 'Read').map(({ subject }) => subject);
      expect(subjects).toContain(`to ${ALICE}`);
      return lab().tokenRequestsSince(before);
    };
    expect(await read()).toEqual([]);
    // Twice, because the provider gives another refresh token each time and takes none twice.
    for (let time = 0; time < 2; time++) {
      identity.revokeAccessTokens(ALICE);
      expect(await read()).toEqual(['refresh_token']);
    }

    // The grant ends, and signing in again mends the credential that workflows use.
    identity.revokeGrants(ALICE);
    identity.revokeAccessTokens(ALICE);
    expect((await rest.runAndWait(workflow)).error).toContain(stored.name);
    await signInAndImport(provider, stored, app);
    expect(await credentialsNamed(stored.name)).toHaveLength(1);
    expect(await read()).toEqual([]);
    expect(JSON.stringify(await rest.call('GET', `/credentials/${stored.id}`))).not.toContain(canary);
  });
});

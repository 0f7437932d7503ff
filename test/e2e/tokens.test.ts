import { describe, expect, test } from 'vitest';
import type { CredentialType } from '../../mail/account/providers';
import { errorOf, itemsOf } from '../servers/n8n';
import { sleep, waitFor } from '../servers/wait';
import { chain, node } from '../servers/workflow';
import { cellOf } from './cells';
import { mailbox, start, wait, type MessageItem } from './nodes';
import { ALICE, connectWith, useOAuthLab } from './oauth-lab';

const lab = useOAuthLab();

const HOUR = 3600;
/** Whom the token is kept by: n8n, and this package. */
const KEPT: readonly CredentialType[] = [
  'emailOutlookOAuth2Api',
  'emailGmailPkceOAuth2Api',
  'emailOutlookClientCredentialsApi',
  'emailGmailServiceAccountApi',
];
const GRANT: Partial<Record<CredentialType, string>> = {
  emailOutlookOAuth2Api: 'refresh_token',
  emailGmailPkceOAuth2Api: 'refresh_token',
  emailOutlookClientCredentialsApi: 'client_credentials',
  emailGmailServiceAccountApi: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
};

async function workflowOf(credentialType: CredentialType, ...nodes: ReturnType<typeof node>[]) {
  const cell = cellOf(credentialType);
  const credential = await lab().credential(cell);
  const workflow = chain(`tokens of ${credentialType}`, [start(), connectWith(cell, credential), ...nodes]);
  return { credential, workflow: await lab().rest.createWorkflow(workflow) };
}

const subjects = (messages: MessageItem[]) => messages.map(({ subject }) => subject);

describe.each(KEPT)('a token of %s', (credentialType) => {
  test('that expires in the middle of a run, while the server hangs up, does no harm', async () => {
    lab().identity.accessTokenTtl = 4;
    const { workflow } = await workflowOf(credentialType, wait(8), mailbox('Read'));
    const logins = lab().dovecot.logins();
    const id = await lab().rest.run(workflow);
    await waitFor('the login', () => lab().dovecot.logins() > logins);
    await sleep(4_500);
    lab().identity.accessTokenTtl = HOUR;
    await lab().dovecot.kick(ALICE);
    const before = lab().identity.tokenRequests.length;
    const run = await lab().rest.waitForExecution(id);
    expect(run.error).toBeUndefined();
    expect(subjects(itemsOf<MessageItem>(run, 'Read'))).toContain(`to ${ALICE}`);
    expect(lab().tokenRequestsSince(before)).toEqual([GRANT[credentialType]]);
  });

  test('that the server refuses before it expires is replaced once', async () => {
    const { workflow } = await workflowOf(credentialType, mailbox('Read'));
    expect((await lab().rest.runAndWait(workflow)).error).toBeUndefined();
    for (let round = 0; round < 2; round++) {
      // The second round proves that a rotated refresh token was kept.
      lab().identity.revokeAccessTokens();
      const before = lab().identity.tokenRequests.length;
      const run = await lab().rest.runAndWait(workflow);
      expect(run.error).toBeUndefined();
      expect(lab().tokenRequestsSince(before)).toEqual([GRANT[credentialType]]);
    }
  });

  test('is asked for once by ten sessions that start together', async () => {
    const cell = cellOf(credentialType);
    const credential = await lab().credential(cell, `Ten of ${credentialType}`);
    lab().identity.revokeAccessTokens();
    const ten = node(
      'Ten',
      'n8n-nodes-base.code',
      { jsCode: 'return Array.from({ length: 10 }, (_, n) => ({ json: { n } }));' },
      { typeVersion: 2 },
    );
    const connect = connectWith(cell, credential, { sessionName: '={{ "session " + $json.n }}' });
    const workflow = await lab().rest.createWorkflow(chain('ten', [start(), ten, connect]));
    const before = lab().identity.tokenRequests.length;
    const run = await lab().rest.runAndWait(workflow);
    expect(run.error).toBeUndefined();
    expect(itemsOf(run, 'Connect')).toHaveLength(10);
    expect(lab().tokenRequestsSince(before)).toEqual([GRANT[credentialType]]);
  });
});

test('a revoked grant gives an error that asks to reconnect the credential, by its name', async () => {
  const { credential, workflow } = await workflowOf('emailOutlookOAuth2Api', mailbox('Read'));
  lab().identity.revokeAccessTokens();
  lab().identity.revokeGrants();
  const error = errorOf(await lab().rest.runAndWait(workflow));
  expect(error.message).toContain(`"${credential.name}"`);
  expect(error.description).toMatch(/connect the account again/i);
});

test('a credential that was never connected gives an error that says so', async () => {
  const cell = cellOf('emailGmailOAuth2Api');
  const data = { ...lab().servers, user: ALICE, ...cell.data(lab(), cell.protocol) };
  const credential = await lab().rest.createCredential({
    name: 'Never connected',
    type: cell.credentialType,
    data,
  });
  const workflow = await lab().rest.createWorkflow(chain('never', [start(), connectWith(cell, credential)]));
  const error = errorOf(await lab().rest.runAndWait(workflow));
  expect(error.message).toContain('"Never connected" is not connected');
  expect(error.description).toMatch(/connect the account/);
});

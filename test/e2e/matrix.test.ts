import { describe, expect, test } from 'vitest';
import type { CredentialType } from '../../mail/account/providers';
import { errorOf, itemsOf } from '../servers/n8n';
import { chain, node } from '../servers/workflow';
import { CELLS, cellOf } from './cells';
import { mailbox, start, type MessageItem } from './nodes';
import { ALICE, NOT_SHARED, SHARED, connectWith, useOAuthLab, type Cell } from './oauth-lab';

const lab = useOAuthLab();

const subjects = (messages: MessageItem[]) => messages.map(({ subject }) => subject);

/** Opens a session by a cell of the matrix and reads its inbox. */
async function read(cell: Cell, parameters: object = {}) {
  const credential = await lab().credential(cell);
  const nodes = [start(), connectWith(cell, credential, parameters), mailbox('Read')];
  const workflow = await lab().rest.createWorkflow(chain(cell.credentialType, nodes));
  return await lab().rest.runAndWait(workflow);
}

describe.each(CELLS)('$provider with $authentication', (cell) => {
  test('reads the mailbox', async () => {
    const loginsBefore = lab().dovecot.logins();
    const run = await read(cell);
    expect(run.error).toBeUndefined();
    expect(subjects(itemsOf<MessageItem>(run, 'Read'))).toContain(`to ${ALICE}`);
    const [handle] = itemsOf<{ session: object }>(run, 'Connect');
    expect(handle?.session).toMatchObject({
      provider: cell.provider,
      authentication: cell.authentication,
      account: ALICE,
    });
    expect(lab().dovecot.logins() - loginsBefore).toBe(1);
  });

  test('sends mail with the same credential', async () => {
    const credential = await lab().credential(cell);
    const subject = `sent by ${cell.credentialType}`;
    const send = node('Send', 'n8n-nodes-email-session.emailMailbox', {
      ...{ sessionName: 'Default', resource: 'message', operation: 'send' },
      ...{ toEmail: ALICE, subject, emailFormat: 'text', text: 'Hello', options: {} },
    });
    const nodes = [start(), connectWith(cell, credential), send, mailbox('Read')];
    const workflow = await lab().rest.createWorkflow(chain(subject, nodes));
    const run = await lab().rest.runAndWait(workflow);
    expect(run.error).toBeUndefined();
    expect(subjects(itemsOf<MessageItem>(run, 'Read'))).toContain(subject);
  });
});

describe('a shared mailbox', () => {
  test.each<CredentialType>([
    'emailOutlookOAuth2Api',
    'emailOutlookClientCredentialsApi',
    'emailGmailServiceAccountApi',
  ])('is opened with %s', async (credentialType) => {
    const run = await read(cellOf(credentialType), { options: { mailbox: SHARED } });
    expect(run.error).toBeUndefined();
    expect(subjects(itemsOf<MessageItem>(run, 'Read'))).toEqual([`to ${SHARED}`]);
    expect(itemsOf<{ session: { account: string } }>(run, 'Connect')[0]?.session.account).toBe(SHARED);
  });

  test('is refused to a user without access to it', async () => {
    const run = await read(cellOf('emailOutlookOAuth2Api'), { options: { mailbox: NOT_SHARED } });
    expect(errorOf(run).message).toMatch(/refused the login/);
  });

  test('is refused for a service account that may not act for it', async () => {
    const run = await read(cellOf('emailGmailServiceAccountApi'), { options: { mailbox: NOT_SHARED } });
    const { message, description } = errorOf(run);
    expect(message).toMatch(/^Google does not let the service account/);
    expect(description).toMatch(/Google Admin console/);
  });

  test('is refused with a clear message where a credential opens only its own mailbox', async () => {
    const run = await read(cellOf('emailGmailAppPasswordApi'), { options: { mailbox: SHARED } });
    expect(errorOf(run).message).toMatch(/^Shared Mailbox: /);
  });
});

describe('a combination that the matrix refuses, set by an expression', () => {
  test.each([
    ['gmail', 'clientCredentials', /service account with domain-wide delegation/],
    ['yahoo', 'clientCredentials', /"App Password"/],
    ['yahoo', 'pkce', /"App Password"/],
    ['msn', 'clientCredentials', /"OAuth2 \(Sign In as User\)"/],
    ['msn', 'pkce', /"OAuth2 \(Sign In as User\)"/],
    ['outlook', 'basic', /Microsoft has retired/],
  ])('%s with %s', async (provider, authentication, advice) => {
    const cell = cellOf('emailYahooAppPasswordApi');
    const run = await read(cell, {
      provider: `={{ "${provider}" }}`,
      authentication: `={{ "${authentication}" }}`,
    });
    const error = errorOf(run);
    expect(error.message).toMatch(/^Authentication: .* does not offer/);
    expect(error.description).toMatch(advice);
  });
});

import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { MICROSOFT_FAULTS } from '../../../mail/auth/microsoft-faults';
import { describeOAuthError, type OAuthAnswer } from '../../../mail/auth/oauth-errors';
import { entraError, googleError } from '../../servers/identity/answers';

const NAME = 'My mail';

const entra = (code: number, error = 'invalid_client', text = 'Something is wrong.'): OAuthAnswer =>
  entraError(code, text, error).body as OAuthAnswer;
const google = (error: string, description: string): OAuthAnswer =>
  googleError(error, description).body as OAuthAnswer;

describe("Microsoft's codes", () => {
  it.each([
    [7000215, 'TOKEN_REFUSED', 'Paste the value of the secret, not its ID'],
    [7000222, 'TOKEN_REFUSED', 'Create a new secret'],
    [700016, 'TOKEN_REFUSED', 'Check "Client ID" and "Tenant"'],
    [90002, 'TOKEN_REFUSED', 'Check "Tenant"'],
    [900023, 'TOKEN_REFUSED', 'Check "Tenant"'],
    [700027, 'TOKEN_REFUSED', 'Upload the certificate'],
    [700024, 'TOKEN_REFUSED', 'Set the clock'],
    [65001, 'TOKEN_REFUSED', 'Grant admin consent'],
    [50034, 'TOKEN_REFUSED', 'Check "Tenant"'],
    [50057, 'TOKEN_REFUSED', 'enable the account'],
    [53000, 'TOKEN_REFUSED', 'Conditional Access'],
    [53003, 'TOKEN_REFUSED', 'Conditional Access'],
    [500011, 'TOKEN_REFUSED', 'Check "Tenant" and "Cloud"'],
    [1002012, 'TOKEN_REFUSED', '/.default'],
    [9002313, 'TOKEN_REFUSED', 'extra characters'],
    [50076, 'RECONNECT_NEEDED', 'second factor'],
    [50079, 'RECONNECT_NEEDED', 'second factor'],
    [700082, 'RECONNECT_NEEDED', 'Connect the account again'],
    [70008, 'RECONNECT_NEEDED', 'Connect the account again'],
    [50173, 'RECONNECT_NEEDED', 'Connect the account again'],
    [90033, 'TOKEN_UNAVAILABLE', 'in a few minutes'],
    [50196, 'TOKEN_UNAVAILABLE', 'Wait a few minutes'],
  ])('AADSTS%i means %s: %s', (code, expected, remedy) => {
    const error = describeOAuthError(entra(code), NAME);
    expect(error.code).toBe(expected);
    expect(error.message).toContain(`"${NAME}"`);
    expect(error.message).toContain(`AADSTS${code}`);
    expect(error.description).toContain(remedy);
  });

  it('appear once in the table, each with the credential, the code and a remedy', () => {
    const codes = MICROSOFT_FAULTS.flatMap(([numbers]) => numbers);
    expect(codes.length).toBe(new Set(codes).size);
    for (const code of codes) {
      const { message, description } = describeOAuthError(entra(code), NAME);
      expect(message).toMatch(new RegExp(`"${NAME}".*AADSTS${code}\\b`));
      expect(message).not.toMatch(/[{}]|\.$/);
      expect(description).toMatch(/^[A-Z].*\.$/);
      expect(description).not.toMatch(/[{}]/);
    }
  });

  it.each([
    ['invalid_client', 'TOKEN_REFUSED'],
    ['invalid_grant', 'RECONNECT_NEEDED'],
    ['interaction_required', 'RECONNECT_NEEDED'],
    ['temporarily_unavailable', 'TOKEN_UNAVAILABLE'],
  ])('that are unknown are treated by their OAuth error %s, with a link', (error, expected) => {
    const { code, message, description } = describeOAuthError(entra(99999, error), NAME);
    expect(code).toBe(expected);
    expect(message).toMatch(/\(AADSTS99999: Something is wrong\)$/);
    expect(description).toMatch(/ https:\/\/login\.microsoftonline\.com\/error\?code=99999\.$/);
  });
});

describe("Google's texts", () => {
  const unauthorized = 'Client is unauthorized to retrieve access tokens using this method';
  it.each([
    ['unauthorized_client', `${unauthorized}, or client not authorized for any of the scopes requested.`],
    ['unauthorized_client', 'Unauthorized client or scope in request.'],
    ['access_denied', 'Requested client not authorized.'],
  ])('%s: %s asks for domain-wide delegation', (error, description) => {
    const refusal = describeOAuthError(google(error, description), NAME, { appOnly: true });
    expect(refusal.code).toBe('TOKEN_REFUSED');
    expect(refusal.description).toMatch(/Domain Wide Delegation.*client ID.*https:\/\/mail\.google\.com\//);
  });

  it.each([
    ['invalid_grant', 'Invalid email or User ID', 'TOKEN_REFUSED', 'primary address'],
    ['invalid_grant', 'Not a valid email.', 'TOKEN_REFUSED', 'primary address'],
    ['invalid_request', 'Invalid impersonation "sub" field: x', 'TOKEN_REFUSED', 'primary address'],
    ['invalid_grant', 'Invalid grant: account not found', 'TOKEN_REFUSED', 'Service Account Email'],
    ['invalid_grant', 'Invalid JWT Signature.', 'TOKEN_REFUSED', 'Create a new key'],
    [
      'invalid_grant',
      'Invalid JWT: Token must be a short-lived token (60 minutes)',
      'TOKEN_REFUSED',
      'clock',
    ],
    ['invalid_scope', 'Invalid OAuth scope or ID token audience provided.', 'TOKEN_REFUSED', 'Custom Scope'],
    ['disabled_client', 'The OAuth client was disabled.', 'TOKEN_REFUSED', 'Create a new key'],
    ['deleted_client', 'The OAuth client was deleted.', 'TOKEN_REFUSED', 'Client ID'],
    ['invalid_client', 'The OAuth client was not found.', 'TOKEN_REFUSED', 'Client ID'],
    ['invalid_client', 'The provided client secret is invalid.', 'TOKEN_REFUSED', 'Client Secret'],
    [
      'org_internal',
      'This client is restricted to users within its organization.',
      'TOKEN_REFUSED',
      'External',
    ],
    ['admin_policy_enforced', 'Access blocked', 'TOKEN_REFUSED', 'trust the app'],
    ['accessNotConfigured', 'Gmail API has not been used in project 1 before', 'TOKEN_REFUSED', 'Enable it'],
    ['invalid_grant', 'Account has been deleted', 'TOKEN_REFUSED', 'restore the account'],
    ['invalid_grant', 'Token has been expired or revoked.', 'RECONNECT_NEEDED', 'seven days'],
    ['invalid_grant', 'Bad Request', 'RECONNECT_NEEDED', 'Connect the account again'],
    ['invalid_grant', 'reauth related error (invalid_rapt)', 'RECONNECT_NEEDED', 'session control'],
    ['internal_failure', 'Backend Error', 'TOKEN_UNAVAILABLE', 'in a few minutes'],
  ])('%s: %s means %s: %s', (error, description, expected, remedy) => {
    const refusal = describeOAuthError(google(error, description), NAME);
    expect(refusal.code).toBe(expected);
    expect(refusal.message).toContain(`"${NAME}"`);
    expect(refusal.message).not.toMatch(/[{}]/);
    expect(refusal.description).toContain(remedy);
  });
});

describe('any other answer', () => {
  it.each<[OAuthAnswer, string]>([
    [{ error: 'invalid_grant' }, 'RECONNECT_NEEDED'],
    [{ error: 'consent_required' }, 'RECONNECT_NEEDED'],
    [{ error: 'invalid_client', status: 401 }, 'TOKEN_REFUSED'],
    [{ error: 'invalid_scope' }, 'TOKEN_REFUSED'],
    [{ error: 'unsupported_grant_type' }, 'TOKEN_REFUSED'],
    [{ error: 'something_new', status: 400 }, 'TOKEN_REFUSED'],
    [{ error: 'server_error', status: 400 }, 'TOKEN_UNAVAILABLE'],
    [{ error: 'invalid_client', status: 503 }, 'TOKEN_UNAVAILABLE'],
    [{ status: 429 }, 'TOKEN_UNAVAILABLE'],
    [{ status: 404 }, 'TOKEN_UNAVAILABLE'],
    [{ error_description: 'connect ECONNREFUSED 127.0.0.1:1' }, 'TOKEN_UNAVAILABLE'],
    [{}, 'TOKEN_UNAVAILABLE'],
    [{ error: { code: 1 } as never, error_description: 7 as never, status: 400 }, 'TOKEN_UNAVAILABLE'],
  ])('%j means %s', (answer, code) => {
    const refusal = describeOAuthError(answer, NAME);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(new RegExp(`"${NAME}".*\\(.+\\)$`));
  });

  it('gives no advice to reconnect a credential that no user has connected', () => {
    expect(describeOAuthError({ error: 'invalid_grant' }, NAME, { appOnly: true }).code).toBe(
      'TOKEN_REFUSED',
    );
  });

  it('is shortened when it is long', () => {
    expect(
      describeOAuthError({ error: 'x', error_description: 'y z '.repeat(500) }, NAME).message.length,
    ).toBeLessThan(500);
  });

  it('keeps the name of the credential as it is, even if it looks like a placeholder', () => {
    expect(describeOAuthError({ error: 'x' }, '{detail} $& {code}').message).toContain(
      '"{detail} $& {code}"',
    );
  });

  it.each([
    ['a secret', 'canary s3cret', ['canary s3cret']],
    ['a JSON Web Token', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.canary-canary', []],
    ['an access token of Google', 'ya29.canary-canary_canary', []],
    ['a refresh token of Google', '1//canary-canary_canary', []],
    ['a client secret of Google', 'GOCSPX-canarycanarycanarycanary', []],
    ['a client secret of Microsoft', `abc8Q~${'canary'.repeat(6).slice(0, 34)}`, []],
    ['a refresh token of Microsoft', `0.AXoAcanary${'canary-_'.repeat(20)}`, []],
    ['a secret over two lines', 'canary\none', ['canary\none']],
  ])('does not repeat %s', (_, secret, secrets) => {
    for (const answer of [
      { error: secret, error_description: 'wrong' },
      { error: 'invalid_request', error_description: `The value ${secret} is wrong` },
      entra(700027, 'invalid_client', `The value ${secret} is wrong`),
    ]) {
      const refusal = describeOAuthError(answer, NAME, { secrets });
      const printed = inspect(refusal, { showHidden: true, depth: 9 });
      expect(printed).not.toContain(secret);
      expect(printed).not.toContain('canary');
    }
  });
});

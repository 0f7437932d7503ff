import type { MailError } from '../errors';
import { blot } from '../net/blot';
import { redact } from '../net/network-errors';
import { googleFault } from './google-errors';
import { microsoftCode, microsoftDetail, microsoftFault, microsoftHelp } from './microsoft-errors';
import { tokenError, type TokenFault } from './token-fault';

/** An error response of a token endpoint (RFC 6749 section 5.2). */
export interface OAuthAnswer {
  error?: string;
  error_description?: string;
  /** The HTTP status. */
  status?: number;
}

export interface OAuthContext {
  /** Removed if the provider repeats them. */
  secrets?: readonly string[];
  /** No user is involved, so nobody can connect the account again: client credentials, a service account. */
  appOnly?: boolean;
}

/**
 * The meaning of a token endpoint's refusal, and what to do about it.
 *
 * @param credentialName the user's name for the credential
 * @returns TOKEN_REFUSED, RECONNECT_NEEDED or TOKEN_UNAVAILABLE
 */
export function describeOAuthError(
  answer: OAuthAnswer,
  credentialName: string,
  { secrets = [], appOnly = false }: OAuthContext = {},
): MailError {
  // Checked, because a server sent them.
  const error = typeof answer.error === 'string' ? answer.error : '';
  const description = typeof answer.error_description === 'string' ? answer.error_description : '';
  const values = (code: string, detail: string) => ({
    credential: credentialName,
    code: shown(code, secrets),
    detail: shown(detail, secrets),
  });

  const entra = microsoftCode(description);
  const known = entra ? microsoftFault(entra) : googleFault(error, description);
  if (known) return tokenError(known, values(entra ?? error, microsoftDetail(description)));

  const [code, message, remedy] = generalFault(error, answer.status, appOnly);
  const fault: TokenFault = [code, message, entra ? `${remedy} ${microsoftHelp(entra)}` : remedy];
  const said = [entra ?? error, microsoftDetail(description)].filter(Boolean).join(': ');
  const status = answer.status ? `HTTP status ${answer.status}` : 'no reason given';
  return tokenError(fault, values(error, said || status));
}

const BUSY: TokenFault = [
  'TOKEN_UNAVAILABLE',
  'The identity provider has no token for the credential "{credential}" at the moment ({detail})',
  'Try again in a few minutes.',
];
const NOT_UNDERSTOOD: TokenFault = [
  'TOKEN_UNAVAILABLE',
  'The identity provider of the credential "{credential}" could not be reached, or sent an answer that makes no sense ({detail})',
  'Try again. If it happens again, check the network between n8n and the identity provider, and the URLs in the credential.',
];
const REFUSED: TokenFault = [
  'TOKEN_REFUSED',
  'The identity provider refused to give a token for the credential "{credential}" ({detail})',
  'Check the fields of the credential, and the permissions of its app at the identity provider.',
];
const PROOF_REFUSED: TokenFault = [
  'TOKEN_REFUSED',
  'The identity provider does not accept the client ID, secret, certificate or key of the credential "{credential}" ({detail})',
  'Check the client ID, secret, certificate or key in the credential: they may have expired, or belong to another app.',
];
const GRANT_GONE: TokenFault = [
  'RECONNECT_NEEDED',
  'The credential "{credential}" is no longer connected to its account ({detail})',
  'Connect the account again in the credential "{credential}".',
];
const SCOPE_REFUSED: TokenFault = [
  'TOKEN_REFUSED',
  'The identity provider does not know the permissions that the credential "{credential}" asks for ({detail})',
  'Correct the scope in the credential, or allow it for the app at the identity provider.',
];

/** RFC 6749 sections 4.1.2.1 and 5.2, RFC 8707 section 2, OpenID Connect Core section 3.1.2.6. */
const BY_ERROR = new Map<string, TokenFault>([
  ['server_error', BUSY],
  ['temporarily_unavailable', BUSY],
  // Google's own.
  ['internal_failure', BUSY],
  ['rate_limit_exceeded', BUSY],
  ['invalid_client', PROOF_REFUSED],
  ['invalid_grant', GRANT_GONE],
  ['interaction_required', GRANT_GONE],
  ['login_required', GRANT_GONE],
  ['consent_required', GRANT_GONE],
  ['invalid_scope', SCOPE_REFUSED],
  ['invalid_target', SCOPE_REFUSED],
  // Microsoft's own.
  ['invalid_resource', SCOPE_REFUSED],
]);

function generalFault(error: string, status = 0, appOnly = false): TokenFault {
  if (status === 429 || status >= 500) return BUSY;
  const fault = BY_ERROR.get(error) ?? (error ? REFUSED : NOT_UNDERSTOOD);
  return appOnly && fault === GRANT_GONE ? PROOF_REFUSED : fault;
}

/** JSON Web Tokens, Google's tokens and secrets, Microsoft's secrets, and anything else too long to be a word. */
const SECRET_SHAPES =
  /\beyJ[\w.-]+|\bya29\.[\w.-]+|\b1\/\/[\w-]+|\bGOCSPX-[\w-]+|[\w.~-]*\dQ~[\w.~-]{30,}|[\w.~+/=-]{100,}/g;

const shown = (text: string, secrets: readonly string[]): string =>
  redact(blot(text, secrets).replace(SECRET_SHAPES, '***'), []);

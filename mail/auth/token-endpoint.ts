import type { MailError } from '../errors';
import { httpRequest, type HttpAnswer } from '../net/https-request';
import type { TlsPolicy } from '../net/tls-policy';
import type { OAuthAnswer } from './oauth-errors';

/** How to reach an identity provider. */
export interface RequestContext {
  signal: AbortSignal;
  trust?: TlsPolicy;
}

export interface JsonAnswer extends Pick<HttpAnswer, 'status' | 'headers'> {
  /** Empty if the response is not a JSON object. */
  body: Record<string, unknown>;
}

/** The characters of an access token (RFC 6749 appendix A.12). Others could inject something into the login. */
const ACCESS_TOKEN = /^[\x20-\x7e]+$/;

/** Assumed if the provider gives no lifetime, or one that has ended already. Seconds. */
const UNKNOWN_LIFE = 5 * 60;
const LONGEST_LIFE = 24 * 60 * 60;

/**
 * Posts a form to a token endpoint (RFC 6749 section 3.2).
 *
 * @param refusal creates the error for a response without a token
 * @returns a response with an `access_token` and its lifetime `expires_in`, a number of seconds
 * @throws {MailError} the error from `refusal`, or TOKEN_UNAVAILABLE, OUTBOUND_BLOCKED
 */
export async function requestToken(
  url: string,
  form: string,
  { signal, trust }: RequestContext,
  refusal: (answer: OAuthAnswer) => MailError,
): Promise<JsonAnswer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const answer = withJson(await httpRequest(url, { method: 'POST', headers, body: form, signal, trust }));
  const { status, body } = answer;
  if (status !== 200 || !ACCESS_TOKEN.test(textOf(body.access_token))) {
    throw refusal({ ...(body as OAuthAnswer), status });
  }
  const type = textOf(body.token_type) || BEARER;
  if (type.toLowerCase() !== BEARER) {
    throw refusal({ status, error_description: `it gave a token of the type ${type.slice(0, 50)}` });
  }
  return { ...answer, body: { ...body, expires_in: lifeOf(body.expires_in) } };
}

/** The only type that mail servers take (RFC 6750). A type is written in any case (RFC 6749 section 5.1). */
const BEARER = 'bearer';

/**
 * Seconds. Some providers send a text, or none: the field is only recommended (RFC 6749 section 5.1). With a token that
 * has expired when it comes, each request to the mail server would need another one.
 */
function lifeOf(value: unknown): number {
  const seconds = Math.floor(Number(value));
  return seconds > 0 ? Math.min(seconds, LONGEST_LIFE) : UNKNOWN_LIFE;
}

export function withJson({ status, headers, body }: HttpAnswer): JsonAnswer {
  try {
    const parsed = JSON.parse(body) as unknown;
    if (parsed && typeof parsed === 'object') {
      return { status, headers, body: parsed as Record<string, unknown> };
    }
  } catch {
    // Not JSON, such as a proxy's page.
  }
  return { status, headers, body: {} };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

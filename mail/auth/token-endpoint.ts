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

/**
 * Posts a form to a token endpoint (RFC 6749 section 3.2).
 *
 * @param refusal creates the error for a response without a token
 * @returns a response with an `access_token`
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
  if (status === 200 && ACCESS_TOKEN.test(textOf(body.access_token))) return answer;
  throw refusal({ ...(body as OAuthAnswer), status });
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

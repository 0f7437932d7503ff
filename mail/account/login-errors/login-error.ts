import type { Template } from '../../net/network-errors';
import { tokenAdvice } from './password';
import { LOGIN_ERRORS } from './table';
import type { LoginContext, LoginError, LoginErrorHint } from './types';

/**
 * What to do about a login that a mail server refused, if its text is known.
 *
 * @param text everything the server said: its response code, its text over all lines, and the JSON that comes with a
 * refused token (RFC 7628 section 3.2.2), decoded or as received
 */
export function loginErrorHint(text: string, context: LoginContext): LoginErrorHint | undefined {
  const words = withDecodedJson(text).replace(/\s+/g, ' ');
  const found = LOGIN_ERRORS.find((refusal) => isFor(refusal, context) && refusal.says.test(words));
  if (!found) return undefined;
  const { code, message, description } = found;
  return {
    ...(code && { code }),
    ...(message && { message }),
    description: typeof description === 'string' ? description : description(context),
  };
}

/** A protocol's template for a refused login, replaced or extended by what is known about this text. */
export function withHint(template: Template, text: string, context: LoginContext): Template {
  const advice = loginErrorHint(text, context);
  const [code, message] = template;
  if (!advice) {
    const forToken = tokenAdvice(context);
    return forToken === undefined ? template : [code, message, forToken];
  }
  return [advice.code ?? code, advice.message ?? message, advice.description];
}

/**
 * The same for a server that ends the connection before the login: only that it is full makes a difference, because that
 * is waited for.
 */
export function withLimit(template: Template, text: string, context: LoginContext): Template {
  const hinted = withHint(template, text, context);
  return hinted[0] === 'CONNECTION_LIMIT' ? hinted : template;
}

/** Whether a row is for this kind of login, whatever the server says. */
export const isFor = (
  { providers, authentications, protocols }: LoginError,
  context: LoginContext,
): boolean =>
  (providers?.includes(context.provider) ?? true) &&
  (authentications?.includes(context.authentication) ?? true) &&
  (protocols?.includes(context.protocol) ?? true);

/** A server sends the reason for a refused token as a base64 challenge. "eyJ" is how a JSON object starts in base64. */
const withDecodedJson = (text: string): string =>
  text.replace(/\beyJ[\w+/]{8,2000}={0,2}/g, (encoded) => Buffer.from(encoded, 'base64').toString('utf8'));

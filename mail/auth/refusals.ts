import type { MailErrorCode } from '../errors';
import type { Template } from '../network-errors';
import { REFUSALS } from './refusal-table';

export interface RefusalContext {
  /** As in the connection matrix. */
  provider: string;
  authentication: string;
  protocol: 'imap' | 'pop3' | 'smtp';
}

export interface RefusalAdvice {
  /** Where the refusal says nothing about user, password or token, so that nothing is gained by another one. */
  code?: MailErrorCode;
  /** What happened, with `{server}` and `{detail}` to fill in, where "refused the login" would be wrong. */
  message?: string;
  description: string;
}

/** One refusal: the words that it is known by, and what to do about it. */
export interface Refusal extends RefusalAdvice {
  says: RegExp;
  /** The row is for these providers only, as the words alone do not tell. */
  providers?: readonly string[];
  authentications?: readonly string[];
  protocols?: ReadonlyArray<RefusalContext['protocol']>;
}

/**
 * What to do about a login that a mail server refused, if its words are known.
 *
 * @param text all that the server said: its response code, its text over all lines, and the JSON that comes
 * with a refused token (RFC 7628 section 3.2.2), decoded or as it came
 */
export function refusalAdvice(text: string, context: RefusalContext): RefusalAdvice | undefined {
  const words = withDecodedJson(text).replace(/\s+/g, ' ');
  const found = REFUSALS.find((refusal) => isFor(refusal, context) && refusal.says.test(words));
  if (!found) return undefined;
  const { code, message, description } = found;
  return { ...(code && { code }), ...(message && { message }), description };
}

/** A protocol's own template for a refused login, with what is known about these words in its place. */
export function advised(template: Template, text: string, context: RefusalContext): Template {
  const advice = refusalAdvice(text, context);
  if (!advice) return template;
  const [code, message] = template;
  return [advice.code ?? code, advice.message ?? message, advice.description];
}

const isFor = ({ providers, authentications, protocols }: Refusal, context: RefusalContext): boolean =>
  (providers?.includes(context.provider) ?? true) &&
  (authentications?.includes(context.authentication) ?? true) &&
  (protocols?.includes(context.protocol) ?? true);

/** A server hands out the reason for a refused token as a challenge in base64; "eyJ" is how an object starts. */
const withDecodedJson = (text: string): string =>
  text.replace(/\beyJ[\w+/]{8,2000}={0,2}/g, (encoded) => Buffer.from(encoded, 'base64').toString('utf8'));

import { MailError, type MailErrorCode } from '../errors';

/**
 * The meaning of an identity provider's refusal. Placeholders in both texts: `{credential}`, `{code}` (the provider's
 * code) and `{detail}` (the provider's text).
 */
export type TokenFault = readonly [code: MailErrorCode, message: string, description: string];

export interface FaultValues {
  /** The user's name for the credential. */
  credential: string;
  code?: string;
  detail?: string;
}

export function tokenError([code, message, description]: TokenFault, values: FaultValues): MailError {
  const fill = (text: string) =>
    text.replace(/\{(credential|code|detail)\}/g, (_, key: keyof FaultValues) => values[key] ?? '');
  return new MailError(code, fill(message), fill(description));
}

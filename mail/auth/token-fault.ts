import { MailError, type MailErrorCode } from '../errors';

/**
 * What an identity provider's refusal means. In both texts `{credential}`, `{code}` (the provider's own) and
 * `{detail}` (what the provider said) are filled in.
 */
export type TokenFault = readonly [code: MailErrorCode, message: string, description: string];

export interface FaultValues {
  /** As the user named it. */
  credential: string;
  code?: string;
  detail?: string;
}

export function tokenError([code, message, description]: TokenFault, values: FaultValues): MailError {
  const fill = (text: string) =>
    text.replace(/\{(credential|code|detail)\}/g, (_, key: keyof FaultValues) => values[key] ?? '');
  return new MailError(code, fill(message), fill(description));
}

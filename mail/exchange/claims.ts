import type { Authentication } from '../account/providers';
import { MailError } from '../errors';

/**
 * Whether a server refused a token because of what it lacks, such as a sign-in from an allowed network: the header
 * WWW-Authenticate of its response
 * (https://learn.microsoft.com/entra/identity-platform/claims-challenge).
 */
export const asksForClaims = (challenge: string | undefined): boolean =>
  /\berror="?insufficient_claims\b/i.test(challenge ?? '');

const ADMINISTRATOR =
  'an administrator to find the Conditional Access policy (sign-in logs in the Microsoft Entra admin center) and to allow this app from the network of n8n.';

/** The error if the server asks for that of a new token too. */
export const claimsMissing = (host: string, authentication: Authentication): MailError =>
  new MailError(
    'AUTHENTICATION_FAILED',
    `A rule of the organization keeps ${host} from accepting the access token`,
    authentication === 'clientCredentials'
      ? `Ask ${ADMINISTRATOR}`
      : `Connect the account again in the credential. If that does not help, ask ${ADMINISTRATOR}`,
  );

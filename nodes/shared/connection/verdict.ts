import type {
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow';

import { isMailError } from '../../../mail/errors';
import { PROTOCOLS, type Protocol } from '../../../mail/account/providers';
import { assertTestAllowed } from '../../../n8n/outbound';

export type CredentialTest = (
  this: ICredentialTestFunctions,
  credential: ICredentialsDecrypted,
) => Promise<INodeCredentialTestResult>;

/** The result of a login with one protocol. */
export interface Attempt {
  protocol: Protocol;
  error: Error | undefined;
}

/** The result that the credential dialog shows for the login attempts. One success is enough. */
export const verdictOf = (
  attempts: (credential: ICredentialsDecrypted) => Promise<Attempt[]>,
): CredentialTest =>
  async function (credential) {
    try {
      assertTestAllowed();
      return verdict(await attempts(credential));
    } catch (error) {
      return { status: 'Error', message: inFull(error as Error) };
    }
  };

function verdict(attempts: readonly Attempt[]): INodeCredentialTestResult {
  const failed = attempts.filter(({ error }) => error !== undefined);
  // All attempts often fail for the same reason, such as a wrong secret.
  const reasons = [...new Set(failed.map(({ error }) => inFull(error!)))];
  const withNames = failed.map(({ protocol, error }) => `${PROTOCOLS[protocol].name}: ${inFull(error!)}`);
  if (failed.length === attempts.length) {
    return { status: 'Error', message: (reasons.length > 1 ? withNames : reasons).join(' ') };
  }
  if (failed.length === 0) return { status: 'OK', message: 'Connection successful' };
  const works = attempts
    .filter(({ error }) => error === undefined)
    .map(({ protocol }) => PROTOCOLS[protocol].name);
  return {
    status: 'OK',
    message: `Connected with ${works.join(', ')}. Failed with ${withNames.join(' ')}`,
  };
}

const inFull = (error: Error): string =>
  isMailError(error) ? `${error.message}. ${error.description}` : error.message;

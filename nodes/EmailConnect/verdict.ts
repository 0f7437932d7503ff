import type {
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow';

import { isMailError } from '../../mail/errors';
import { assertTestAllowed } from '../../n8n/outbound';

export type CredentialTest = (
  this: ICredentialTestFunctions,
  credential: ICredentialsDecrypted,
) => Promise<INodeCredentialTestResult>;

/** What the credential dialog says of an attempt to log in. */
export const verdictOf = (attempt: (credential: ICredentialsDecrypted) => Promise<void>): CredentialTest =>
  async function (credential) {
    try {
      assertTestAllowed();
      await attempt(credential);
      return { status: 'OK', message: 'Connection successful' };
    } catch (error) {
      const message = isMailError(error)
        ? `${error.message}. ${error.description}`
        : (error as Error).message;
      return { status: 'Error', message };
    }
  };

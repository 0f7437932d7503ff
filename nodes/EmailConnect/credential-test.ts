import type {
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow';

import { isMailError } from '../../mail/errors';
import { openClient } from '../../mail/open';
import { fromBasicCredential } from '../../n8n/settings';

/** Shorter than at run time: somebody is looking at the dialog. */
const TIMEOUTS = { connect: 15_000, command: 15_000, idle: 15_000 };

/** Logs in with what stands in the credential dialog. */
export async function emailServerBasicApiTest(
  this: ICredentialTestFunctions,
  { data = {} }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
  try {
    const client = await openClient({
      provider: 'other',
      protocol: 'imap',
      authentication: 'basic',
      ...fromBasicCredential(data),
      timeouts: TIMEOUTS,
    });
    await client.close();
    return { status: 'OK', message: 'Connection successful' };
  } catch (error) {
    const message = isMailError(error) ? `${error.message}. ${error.description}` : (error as Error).message;
    return { status: 'Error', message };
  }
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../mail/errors';

/** The name that a session goes by, in all nodes. @throws {MailError} INVALID_INPUT */
export const sessionName = (context: IExecuteFunctions, itemIndex: number): string =>
  checkedName(context.getNodeParameter('sessionName', itemIndex, ''));

/** The same, as any context gives the parameter. @throws {MailError} INVALID_INPUT */
export function checkedName(value: unknown): string {
  const name = String(value ?? '').trim();
  if (name) return name;
  throw invalidInput('Session Name', 'it is empty', 'Enter the name of the session, such as Default.');
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../mail/errors';
import { textOf } from '../expression-values';

/** The name of the session, for all nodes. @throws {MailError} INVALID_INPUT */
export const sessionName = (context: IExecuteFunctions, itemIndex: number): string =>
  checkedName(context.getNodeParameter('sessionName', itemIndex, ''));

/** The same, for a parameter from any context. @throws {MailError} INVALID_INPUT */
export function checkedName(value: unknown): string {
  const name = textOf(value).trim();
  if (name) return name;
  throw invalidInput('Session Name', 'it is empty', 'Enter the name of the session, such as Default.');
}

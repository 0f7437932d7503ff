import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../mail/errors';
import { isObject, textOf } from '../expression-values';

/** The name of the session, for all nodes. @throws {MailError} INVALID_INPUT */
export const sessionName = (context: IExecuteFunctions, itemIndex: number): string =>
  checkedName(context.getNodeParameter('sessionName', itemIndex, ''));

/**
 * The same, for a parameter from any context: a text, or what the editor saves of a choice from a list.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function checkedName(parameter: unknown): string {
  const name = textOf(isObject(parameter) && '__rl' in parameter ? parameter.value : parameter).trim();
  if (name) return name;
  throw invalidInput('Session Name', 'it is empty', 'Choose a session, or enter its name, such as Default.');
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../mail/errors';
import { chosen, textOf } from '../expression-values';
import { isTool } from '../tool';

/** The name of the session, for all nodes. @throws {MailError} INVALID_INPUT */
export function sessionName(context: IExecuteFunctions, itemIndex: number): string {
  if (isTool(context.getNode())) assertFixed(context.getNode().parameters.sessionName);
  return checkedName(context.getNodeParameter('sessionName', itemIndex, ''));
}

/** As a tool: `$json` has what the model sends, whether it was asked for or not. It must not choose the account. */
function assertFixed(written: unknown): void {
  if (!MODEL.test(textOf(written))) return;
  throw invalidInput(
    'Session Name',
    'an AI agent could choose it',
    'Enter the name itself, or use the item of a node by its name, such as $("Email Connect").item.json.session.name.',
  );
}

/** What a model fills in an expression. */
const MODEL = /\$(?:json|input|data|items?|parameter|rawParameter|fromai)\b/i;

/**
 * The same, for a parameter from any context: a text, or what the editor saves of a choice from a list.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function checkedName(parameter: unknown): string {
  const name = textOf(chosen(parameter)).trim();
  if (name) return name;
  throw invalidInput('Session Name', 'it is empty', 'Choose a session, or enter its name, such as Default.');
}

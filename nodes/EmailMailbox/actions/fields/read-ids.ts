import { invalidInput, type MailError } from '../../../../mail/errors';
import { chosen, textOf } from '../../../../n8n/expression-values';
import type { ParameterContext } from './read-parameters';

/** A field of id-field.ts, and the error if it is empty. */
export interface IdParameter {
  name: string;
  isEmpty: () => MailError;
}

export const MESSAGE: IdParameter = {
  name: 'messageId',
  isEmpty: () => invalidInput('Message ID', 'it is empty', 'Use the field "id" of a message from Get Many.'),
};

export const THREAD: IdParameter = {
  name: 'threadId',
  isEmpty: () =>
    invalidInput('Thread ID', 'it is empty', 'Use the field "threadId" of a message from Get Many.'),
};

export const DRAFT: IdParameter = {
  name: 'draftId',
  isEmpty: () => invalidInput('Draft ID', 'it is empty', 'Use the field "id" of a draft.'),
};

/**
 * The id that a field names for one item: chosen from the list, from an expression, or as plain text, which version 1, a
 * tool and older workflows have.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function readId(context: ParameterContext, itemIndex: number, field: IdParameter): string {
  const id = textOf(valueOf(context, itemIndex, field)).trim();
  if (id) return id;
  throw field.isEmpty();
}

/**
 * The same for a field that holds an id or a list of ids.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function readIds(context: ParameterContext, itemIndex: number, field: IdParameter): string[] {
  const ids = listOf(valueOf(context, itemIndex, field)).map((one) => textOf(one).trim());
  if (ids.length > 0 && ids.every(Boolean)) return ids;
  throw field.isEmpty();
}

const valueOf = (context: ParameterContext, itemIndex: number, { name }: IdParameter): unknown =>
  chosen(context.getNodeParameter(name, itemIndex, ''));

/** An AI agent can only send text: several ids as a list in JSON. */
function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return [value];
  try {
    return [JSON.parse(value) as unknown].flat();
  } catch {
    return [value];
  }
}

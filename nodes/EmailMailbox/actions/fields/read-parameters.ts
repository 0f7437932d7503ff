import { tryToParseDateTime, type IExecuteFunctions } from 'n8n-workflow';

import { chooseOneOf, invalidInput } from '../../../../mail/errors';
import { numberOf, textOf } from '../../../../n8n/expression-values';

export { numberOf, textOf };

/** A node's parameters, by item. A trigger has no items, and the same parameters for all of them. */
export type ParameterContext = Pick<IExecuteFunctions, 'getNode' | 'getNodeParameter' | 'getTimezone'>;

/** @throws {MailError} INVALID_INPUT */
export function readSwitch(
  context: ParameterContext,
  name: string,
  displayName: string,
  itemIndex: number,
): boolean {
  return switchOf(displayName, context.getNodeParameter(name, itemIndex, false), false);
}

/**
 * @param preset the value if an expression gave nothing
 * @throws {MailError} INVALID_INPUT for anything but true and false; it never guesses, because the switch may delete
 */
export function switchOf(displayName: string, value: unknown, preset: boolean): boolean {
  if (value === undefined || value === null || value === '') return preset;
  if (['true', 'false'].includes(textOf(value))) return textOf(value) === 'true';
  throw invalidInput(displayName, `"${textOf(value)}" is neither true nor false`, 'Use true or false.');
}

/** The number of results to give; infinite for all. */
export function readLimit(context: ParameterContext, itemIndex: number): number {
  if (readSwitch(context, 'returnAll', 'Return All', itemIndex)) return Infinity;
  const value = context.getNodeParameter('limit', itemIndex, 50) as unknown;
  const limit = numberOf(value);
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw invalidInput(
    'Limit',
    `${textOf(value)} is not a number of results`,
    'Enter 1 or more, or switch on "Return All".',
  );
}

/** One of the values of a list. An expression may give another value, which is refused. */
export function readChoice<T extends string>(
  context: ParameterContext,
  name: string,
  displayName: string,
  values: readonly T[],
  itemIndex: number,
): T {
  const value = context.getNodeParameter(name, itemIndex, values[0]) as unknown;
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw invalidInput(displayName, `"${textOf(value)}" is not known`, chooseOneOf(values));
}

/** A point in time; without a zone, it is in the time zone of the workflow. Undefined if there is none. */
export function readTime(context: ParameterContext, displayName: string, value: unknown): Date | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  try {
    return tryToParseDateTime(value, context.getTimezone()).toJSDate();
  } catch {
    throw invalidInput(
      displayName,
      `"${textOf(value)}" is not a time`,
      'Enter a time such as 2026-11-23T10:00:00.',
    );
  }
}

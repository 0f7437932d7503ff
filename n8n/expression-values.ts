import { invalidInput, type MailError } from '../mail/errors';

/*
 * A parameter that an expression sets may have any value, whatever its field is for.
 */

/** The value as text; empty if the expression gave nothing. */
export const textOf = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value as string | number | boolean);

/**
 * The options that were added to a field, such as "Options" or "Filters"; none if an expression for all of them gave nothing.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function optionsOf(displayName: string, value: unknown): Readonly<Record<string, unknown>> {
  const options = value ?? {};
  if (isObject(options)) return options;
  throw somethingElse(displayName);
}

/** For a field to which options or rows are added one by one. */
export const somethingElse = (displayName: string): MailError =>
  invalidInput(
    displayName,
    `the expression gives something else than ${displayName.toLowerCase()}`,
    `Add the ${displayName.toLowerCase()} one by one. Each can have an expression of its own.`,
  );

/** The value as a number; NaN if it is none. */
export const numberOf = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : NaN;

/** The value of a parameter that the editor saves with the way in which it was chosen, or the parameter itself. */
export const chosen = (parameter: unknown): unknown =>
  isObject(parameter) && ('__rl' in parameter || 'value' in parameter) ? parameter.value : parameter;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

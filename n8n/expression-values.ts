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

/** The value as a number; NaN if it is none. */
export const numberOf = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : NaN;

/** The value of a parameter that the editor saves with the way in which it was chosen, or the parameter itself. */
export const chosen = (parameter: unknown): unknown =>
  isObject(parameter) && ('__rl' in parameter || 'value' in parameter) ? parameter.value : parameter;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

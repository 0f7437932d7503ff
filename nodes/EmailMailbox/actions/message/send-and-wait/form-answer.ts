import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../../../../n8n/expression-values';
import { nameOf } from './page';
import type { FormField } from './question';

/** Characters of one field. */
const LONGEST = { textarea: 100_000, other: 2_000 };

/** What somebody has entered in a form, by the position of the field, as text. Whatever else was posted is not read. */
export function valuesOf(body: unknown, fields: readonly FormField[]): string[] {
  const posted = isObject(body) ? body : {};
  return fields.map((_, index) => {
    const value = Object.hasOwn(posted, nameOf(index)) ? posted[nameOf(index)] : '';
    return typeof value === 'string' ? value.replace(/\r\n?/g, '\n').trim() : '';
  });
}

/**
 * Checks the values of a form.
 *
 * @returns the answers by their labels, or what is wrong with one of them, in words for the person at the page
 */
export function answersOf(
  fields: readonly FormField[],
  values: readonly string[],
): { answers: IDataObject } | { problem: string } {
  const answers: [string, IDataObject[string]][] = [];
  for (const [index, field] of fields.entries()) {
    const value = values[index] ?? '';
    const problem = problemOf(field, value);
    if (problem) return { problem: `${field.label}: ${problem}` };
    answers.push([field.label, typed(field, value)]);
  }
  return { answers: Object.fromEntries(answers) };
}

function problemOf({ type, required, options }: FormField, value: string): string | undefined {
  if (!value) return required ? 'please fill it in.' : undefined;
  const most = type === 'textarea' ? LONGEST.textarea : LONGEST.other;
  if (value.length > most) return `please enter at most ${most} characters.`;
  if (type === 'number' && !Number.isFinite(Number(value))) return 'please enter a number.';
  if (type === 'date' && !isDate(value)) return 'please enter a date, such as 2026-11-23.';
  if (type === 'email' && !/^[^@\s]+@[^@\s]+$/.test(value)) return 'please enter an email address.';
  if (type === 'dropdown' && !options.includes(value)) return 'please choose one from the list.';
  return undefined;
}

const isDate = (value: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(new Date(value).getTime());

function typed({ type }: FormField, value: string): string | number | boolean | null {
  if (type === 'checkbox') return value === 'true';
  if (type === 'number') return value ? Number(value) : null;
  return value;
}

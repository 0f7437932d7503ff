import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Mail as it is in the field, and what it is to be read as. It is no part of this project: it stands beside the checkout,
 * or where FIELD_MAIL_DIR says.
 */
const DIRECTORY = process.env.FIELD_MAIL_DIR ?? join(__dirname, '../../../../shared/field/mail');
const EXPECTED = join(DIRECTORY, 'expected.json');

/** Whether mail can be held to it here. */
export const HAS_FIELD_MAIL = existsSync(EXPECTED);

/** A value that is expected, or what it has to meet. */
export type Expected<T> =
  | T
  | { contains: string[] }
  | { lacks: string[] }
  | { oneOf: T[] }
  | { matches: string };

export interface ExpectedFile {
  fileName?: Expected<string>;
  mimeType?: Expected<string>;
  inline?: boolean;
  /** A regular expression for the name that the download has. */
  savedAs?: string;
  content?: string;
}

export interface FieldMail {
  name: string;
  raw: Buffer;
  expected: {
    text?: Expected<string>;
    html?: Expected<string>;
    subject?: Expected<string>;
    date?: Expected<string>;
    from?: object[];
    to?: object[];
    cc?: object[];
    files?: ExpectedFile[] | { includes: ExpectedFile[] };
  };
}

export function fieldMail(): FieldMail[] {
  if (!HAS_FIELD_MAIL) {
    process.stderr.write(`Mail is not held to mail in the field: there is none at ${DIRECTORY}\n`);
    return [];
  }
  const expected = JSON.parse(readFileSync(EXPECTED, 'utf8')) as Record<string, FieldMail['expected']>;
  return readdirSync(DIRECTORY)
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .map((name) => ({ name, raw: readFileSync(join(DIRECTORY, name)), expected: expected[name] ?? {} }));
}

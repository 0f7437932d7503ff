import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { MailErrorCode } from '../../mail/errors';
import { errorTexts, type ErrorText } from '../../scripts/docs/error-texts';

/** One file for each test file of the last run. */
export const RECORDS = join(__dirname, '..', '.output', 'errors');

export interface RecordedError {
  code: MailErrorCode;
  message: string;
  description: string;
}

/** The number of test files that wrote down their errors. */
export const recordedFiles = (): number => (existsSync(RECORDS) ? readdirSync(RECORDS).length : 0);

const recorded = (): RecordedError[] => {
  const all = readdirSync(RECORDS).flatMap(
    (name) => JSON.parse(readFileSync(join(RECORDS, name), 'utf8')) as RecordedError[],
  );
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
};

/** What a text with placeholders may become. Before a placeholder for nothing at its beginning there is no blank either. */
const patternOf = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/^(\{\w+\}) /, '$1')
      .split(/\{\w+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[\\s\\S]*')}$`,
  );

/** The errors in the code that no recorded one is an example of, in the order of the code. */
export function unreached(): ErrorText[] {
  const errors = recorded();
  return errorTexts().filter(({ code, message, fixes }) => {
    const [pattern, ...remedies] = [message, ...fixes].map(patternOf);
    return !errors.some(
      (error) =>
        error.code === code &&
        pattern!.test(error.message) &&
        remedies.some((one) => one.test(error.description)),
    );
  });
}

/** Names an error in the list of those that no test reached. */
export const lineOf = ({ code, message, fixes, says }: ErrorText): string =>
  [code, message, ...says.map(String), ...fixes.slice(0, says.length)].join(' ');

import { errorTexts, type ErrorText } from '../../scripts/docs/error-texts';
import { allRecords } from './records';

/** What a text with placeholders may become. Nothing may stand for the first one, and then there is no blank after it. */
const patternOf = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/^(\{\w+\}) /, '$1')
      .split(/\{\w+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[\\s\\S]*')}$`,
  );

/** The errors in the code that no recorded one is an example of, each with the remedies that none has. */
export function unreached(): ErrorText[] {
  const errors = allRecords().flatMap((record) => record.errors);
  const examples = [...new Map(errors.map((one) => [JSON.stringify(one), one])).values()];
  return errorTexts().flatMap((text) => {
    const message = patternOf(text.message);
    const found = examples.filter((one) => one.code === text.code && message.test(one.message));
    const fixes = text.fixes.filter((fix) => {
      const pattern = patternOf(fix);
      return !found.some(({ description }) => pattern.test(description));
    });
    return fixes.length > 0 ? [{ ...text, fixes }] : [];
  });
}

/** Names an error in the list of those that no test reached. */
export const lineOf = ({ code, message, fixes, file }: ErrorText): string =>
  `${file}: ${code} ${message}\n${fixes.map((fix) => `  ${fix}\n`).join('')}`;

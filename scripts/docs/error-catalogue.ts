import { MAIL_ERROR_CODES } from '../../mail/errors';
import { errorTexts, type ErrorText } from './error-texts';
import { phrases } from './phrases';

const RETRY = {
  later: 'Trying again later can help.',
  no: 'Trying again does not help until something is changed.',
  check: 'Check what was done before you try again.',
};

/** As plain text in Markdown. */
const plain = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#]/g, '\\$&')
    .trim();

/** What the server says, in words to look for. */
const cause = (says: ErrorText['says']): string =>
  says
    .map(({ words, where }) => {
      const said = phrases(words).map((phrase) => `\`${phrase}\``);
      return said.join(', ') + (where.length > 0 ? ` (${where.join(', ')})` : '');
    })
    .join('; ');

const entry = ({ message, fixes, says }: ErrorText): string =>
  [
    `- **${plain(message)}**`,
    ...(says.length > 0 ? [`  - Cause: the server says ${cause(says)}`] : []),
    ...fixes.map((fix, index) => `  - ${index === 0 ? 'What to do' : 'Or'}: ${plain(fix)}`),
  ].join('\n');

let sections: string | undefined;

/** Every error with its cause and what to do about it, by code. */
export const errorCatalogue = (): string => (sections ??= all());

function all(): string {
  const texts = errorTexts();
  return Object.entries(MAIL_ERROR_CODES)
    .map(([name, { meaning, retry }]) => {
      const own = texts.filter(({ code }) => code === name);
      return `## ${name}\n\n${meaning} ${RETRY[retry]}\n\n${own.map(entry).join('\n')}`;
    })
    .join('\n\n');
}

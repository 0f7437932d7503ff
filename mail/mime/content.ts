import type { MessageContent } from '../model/message';
import { htmlToText, LAID_OUT } from './html-to-text';
import { textToHtml } from './html';

/** One piece of a message in its original forms, decoded; see `Segment`. */
export interface Forms {
  text: readonly string[];
  html: ReadonlyArray<{ isHtml: boolean; text: string }>;
}

/** The same for a server that returns one body for each form. */
export const singleForms = (text: string, html: string): Forms[] => [
  { text: [begun(text)], html: [{ isHtml: true, text: begun(html) }] },
];

/** As much of a text as tells whether it is too long. */
const begun = (text: string): string => text.slice(0, LONGEST_TEXT + 1);

/**
 * A longer text is not for reading, over any protocol: limit in characters for each form, and in bytes for the stored
 * text.
 */
export const LONGEST_TEXT = 8 * 1024 * 1024;

/**
 * The bodies of a message in the same shape for every protocol, with n8n's line ends. If there is only HTML, the text
 * is made from it. If part of the HTML is missing, it is made from the text.
 *
 * @param truncated whether part of the message was not read
 */
export function contentOf(segments: readonly Forms[], truncated = false): MessageContent {
  const pieces = segments.map((segment) => ({
    text: joined(segment.text),
    html: joined(segment.html.map(({ isHtml, text }) => (isHtml || isBlank(text) ? text : asHtml(text)))),
  }));
  let room = LAID_OUT;
  const asText = (html: string): string => {
    const made = htmlToText(html, room);
    room = Math.max(0, room - html.length);
    return made;
  };
  const text = joined(
    pieces.map((one) => (isBlank(one.text) && !isBlank(one.html) ? asText(one.html) : one.text)),
  );
  const hasHtml = pieces.some((one) => !isBlank(one.html));
  const html = joined(
    hasHtml
      ? pieces.map((one) => (isBlank(one.html) && !isBlank(one.text) ? asHtml(one.text) : one.html))
      : [],
  );
  const isCut = truncated || text.length > LONGEST_TEXT || html.length > LONGEST_TEXT;
  return { text: cut(text), html: cut(html), ...(isCut && { truncated: true as const }) };
}

const asHtml = (text: string): string => `<div>${textToHtml(text)}</div>`;

const isBlank = (text: string): boolean => !/[^\s\u00a0]/.test(text);

/** The first half of a character that is cut in two is left out, and so are zero bytes, which databases refuse. */
const cut = (text: string): string =>
  text
    .slice(0, LONGEST_TEXT)
    .replace(/[\ud800-\udbff]$/, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\0', '');

/** Each piece starts on a new line. */
function joined(pieces: readonly string[]): string {
  const filled = pieces.filter((piece) => piece !== '');
  if (filled.length < 2) return filled[0] ?? '';
  return filled
    .flatMap((piece, index) => (index === 0 || filled[index - 1]!.endsWith('\n') ? [piece] : ['\n', piece]))
    .join('');
}

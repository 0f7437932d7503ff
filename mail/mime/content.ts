import type { MessageContent } from '../model/message';
import { htmlToText, LAID_OUT } from './html-to-text';
import { textToHtml } from './html';

/** A piece of a message in the forms that came, decoded; see `Segment`. */
export interface Forms {
  text: readonly string[];
  html: ReadonlyArray<{ isHtml: boolean; text: string }>;
}

/** The same of a server that has one body of each form. */
export const singleForms = (text: string, html: string): Forms[] => [
  { text: [text], html: [{ isHtml: true, text: html }] },
];

/** More than this is no text to be read, over any protocol: letters of each form, and bytes where it is stored. */
export const LONGEST_TEXT = 8 * 1024 * 1024;

/**
 * The bodies of a message in the shape that every protocol gives, with line ends as in n8n. A text is made of HTML that
 * came alone, and where a part of the HTML is missing it is made of the text.
 *
 * @param truncated whether a part of it was not read
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

const cut = (text: string): string => text.slice(0, LONGEST_TEXT).replaceAll('\r\n', '\n');

/** Each piece begins on a line of its own. */
const joined = (pieces: readonly string[]): string =>
  pieces
    .filter((piece) => piece !== '')
    .flatMap((piece, index, all) => (index === 0 || all[index - 1]!.endsWith('\n') ? [piece] : ['\n', piece]))
    .join('');

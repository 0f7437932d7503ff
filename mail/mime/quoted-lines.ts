import {
  endsLikeAttribution,
  isAttribution,
  labelsOf,
  LONGEST_LINE,
  saysForwarded,
  saysOriginal,
} from './quote-words';

/**
 * - `removed`: the answer is alone.
 * - `not found`: there is none, or not in a form that is known.
 * - `kept`: nothing would have remained, or the message is forwarded, so its history is what it is about.
 */
export type QuotedHistory = 'removed' | 'not found' | 'kept';

export interface Cut {
  text: string;
  history: QuotedHistory;
}

/** So many lines with text are looked at: history begins before. */
export const MOST_LINES = 20_000;
/** Mail programs show the sender, and the other fields right below. */
const HEADER_LINES = 8;
/** `On 3 Nov 2026, Ada <ada@example.test> wrote:` is folded into so many lines. */
const ATTRIBUTION_LINES = 3;

/** The beginning of a line, without white space around it. */
export const lineStart = (text: string): string => text.trim().slice(0, LONGEST_LINE + 1);

/** Where history begins, and up to where it reaches: lines, the last not included. */
export interface Piece {
  from: number;
  to: number;
}

/**
 * Finds where history begins that goes on to the end: a block of header fields, `-----Original Message-----`, or who wrote
 * when, not followed by a quotation.
 *
 * @param lines without white space around them; none is empty
 * @param isBeforeQuotation whether a quotation follows this line, so that the history ends with it
 * @returns the number of the line; undefined if there is none, or if a forwarded message begins before it
 */
export function historyIn(
  lines: readonly string[],
  isBeforeQuotation = (at: number): boolean => isQuoted(lines[at + 1] ?? ''),
): number | undefined {
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (isQuoted(line)) continue;
    if (saysForwarded(line)) return undefined;
    if (saysOriginal(line)) return at;
    if (isHeader(lines, at)) return at > 0 && /^[_-]{5,}$/.test(lines[at - 1]!) ? at - 1 : at;
    const begin = attributionBefore(lines, at + 1, isAttribution);
    if (begin !== undefined && !isBeforeQuotation(at)) return begin;
  }
  return undefined;
}

/** Whether a block of header fields begins here: the sender, then the time, the recipient and the subject. */
function isHeader(lines: readonly string[], at: number): boolean {
  if (!labelsOf(lines[at]!).includes('from')) return false;
  const found = new Set(lines.slice(at + 1, at + HEADER_LINES).flatMap(labelsOf));
  return (['sent', 'to', 'subject'] as const).every((label) => found.has(label));
}

/**
 * The first line of who wrote when, if that stands right before a line.
 *
 * @param is tells it from the lines put together
 */
export function attributionBefore(
  lines: readonly string[],
  at: number,
  is: (line: string) => boolean = endsLikeAttribution,
): number | undefined {
  let text = '';
  for (let from = at - 1; from >= Math.max(0, at - ATTRIBUTION_LINES); from--) {
    const line = lines[from]!;
    if (isQuoted(line) || (text !== '' && /[.!?:：]$/.test(line))) return undefined;
    text = text === '' ? line : `${line} ${text}`;
    if (is(text)) return from;
    if (from === at - 1 && !/[:：]$/.test(line)) return undefined;
  }
  return undefined;
}

export const isQuoted = (line: string): boolean => line.startsWith('>');

/**
 * The quotations in a text (RFC 3676 section 4.5), each with who wrote it when. A mark alone makes no quotation: at least one
 * has to say who wrote it, or there are several lines.
 */
export function quotationsIn(lines: readonly string[], end: number): Piece[] {
  const pieces: Piece[] = [];
  let marked = 0;
  let isAttributed = false;
  for (let at = 0; at < end; at++) {
    if (!isQuoted(lines[at]!)) continue;
    const begin = attributionBefore(lines, at);
    isAttributed ||= begin !== undefined;
    let to = at;
    while (to < end && isQuoted(lines[to]!)) to += 1;
    marked += to - at;
    pieces.push({ from: begin ?? at, to });
    at = to;
  }
  return isAttributed || marked >= 3 ? pieces : [];
}

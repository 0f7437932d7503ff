import type { MessageContent } from '../model/message';
import { htmlToText } from './html-to-text';
import { htmlWithoutHistory } from './html-history';
import { historyIn, lineStart, MOST_LINES, quotationsIn, type Cut, type QuotedHistory } from './quoted-lines';
import { isForward } from './reply';
import { saysForwarded } from './quote-words';

/** A message's bodies without the history of the conversation, and what became of it in each. */
export interface Answer {
  content: MessageContent;
  text: QuotedHistory;
  html: QuotedHistory;
}

/**
 * Leaves out the history below or around an answer. In HTML it is found by the marks that mail programs set, else by the
 * words that begin it; in text by `>` and these words. Text after a quotation stays.
 */
export function withoutHistory(content: MessageContent, subject: string): Answer {
  if (isForward(subject)) return { content, text: 'kept', html: 'kept' };
  if (content.html === '') {
    const { text, history } = textWithoutHistory(content.text);
    return { content: { ...content, text }, text: history, html: history };
  }
  const { text: html, history } = htmlWithoutHistory(content.html);
  if (history === 'removed') {
    return { content: { ...content, html, text: htmlToText(html).trim() }, text: history, html: history };
  }
  if (history === 'kept') return { content, text: history, html: history };
  const cut = textWithoutHistory(content.text);
  return { content: { ...content, text: cut.text }, text: cut.history, html: history };
}

/** The same for plain text. */
export function textWithoutHistory(text: string): Cut {
  const { lines, starts, end } = linesOf(text);
  const begin = historyIn(lines);
  const pieces = quotationsIn(lines, begin ?? lines.length);
  if (begin === undefined && pieces.length === 0) return { text, history: 'not found' };
  if (lines.slice(0, pieces[0]?.to ?? begin).some(saysForwarded)) return { text, history: 'kept' };
  const startOf = (line: number): number => starts[line] ?? end;
  const kept: string[] = [];
  let at = 0;
  for (const { from, to } of pieces) {
    kept.push(text.slice(at, startOf(from)));
    at = startOf(to);
  }
  kept.push(text.slice(at, begin === undefined ? text.length : startOf(begin)));
  const answer = kept.map((piece) => piece.trim()).filter((piece) => piece !== '');
  if (answer.length === 0) return { text, history: 'kept' };
  return { text: `${answer.join('\n\n')}\n`, history: 'removed' };
}

/** The lines that are not empty, and where each begins. */
function linesOf(text: string): { lines: string[]; starts: number[]; end: number } {
  const lines: string[] = [];
  const starts: number[] = [];
  let at = 0;
  while (at < text.length && lines.length < MOST_LINES) {
    const found = text.indexOf('\n', at);
    const next = found < 0 ? text.length : found + 1;
    const line = lineStart(text.slice(at, Math.min(next, at + 10_000)));
    if (line !== '') {
      lines.push(line);
      starts.push(at);
    }
    at = next;
  }
  return { lines, starts, end: at };
}

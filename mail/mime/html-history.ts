import { isVoid, readPage, type Attributes } from './html-pages';
import { attributionBefore, historyIn, lineStart, MOST_LINES, type Cut } from './quoted-lines';
import { LONGEST_LINE, saysForwarded } from './quote-words';

/** Leaves out the history in a page. One pass, no tree. */
export function htmlWithoutHistory(html: string): Cut {
  const page = new HistoryPage();
  readPage(html, page);
  page.end(html.length);
  return page.without(html);
}

/** What ends a line in a page. */
const LINES = new Set([
  ...['br', 'p', 'div', 'li', 'ul', 'ol', 'tr', 'table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'pre'],
  ...['blockquote', 'section', 'article', 'header', 'footer', 'dt', 'dd', 'body', 'center'],
]);
const SILENT = new Set(['script', 'style', 'title', 'template']);

/** Elements that hold a quotation, or say who wrote it: Gmail, Thunderbird, Apple Mail, Yahoo, Proton, GMX and others. */
const HOLDS =
  /(?:^|\s)(?:gmail_attr|moz-cite-prefix|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra)(?:\s|$)/;
const holdsHistory = (
  name: string,
  { class: names = '', type, id = '', name: called }: Attributes,
): boolean =>
  (name === 'blockquote' && (type === 'cite' || /(?:^|\s)(?:gmail_quote|cite)(?:\s|$)/.test(names))) ||
  HOLDS.test(names) ||
  /^(?:x_)*(?:yahoo_quoted|mail-editor-reference-message-container|ms-outlook-mobile-reference-message|olk_src_body_section)/i.test(
    id,
  ) ||
  /(?:^|\s)ms-outlook-mobile-reference-message(?:\s|$)/.test(names) ||
  (name === 'div' && called === 'quote');

/** Elements after which there is only history: Outlook, Hotmail, Zimbra. */
const BEGINS = /^(?:x_)*(?:divrplyfwdmsg|appendonsend|stopspelling|zwchr)$/i;
/** Outlook draws this line above the header fields, with these colours. */
const OUTLOOKS_LINE = /border-top:\s*solid\s+#(?:e1e1e1|b5c4df)\s+1\.0pt/i;
const beginsHistory = ({ id = '', style = '' }: Attributes): boolean =>
  BEGINS.test(id) || OUTLOOKS_LINE.test(style);

const FORWARDS = /(?:^|\s)moz-forward-container(?:\s|$)/;

interface Range {
  start: number;
  end: number;
}

class HistoryPage {
  private readonly ranges: Range[] = [];
  /** The element that holds a quotation, and how many of its name are open in it. */
  private holder?: { name: string; open: number; start: number; isFirstLine: boolean };
  private cut?: number;
  /** Whether there is text after the cut. */
  private hasHistory = false;
  private isForwarded = false;
  private silent?: string;
  private readonly lines: string[] = [];
  private readonly places: Range[] = [];
  /** How many lines there are before each quotation. */
  private readonly before: number[] = [];
  private line = '';
  private place: Range = { start: 0, end: 0 };

  open(name: string, attributes: Attributes, start: number): void {
    if (SILENT.has(name)) this.silent = name;
    if (LINES.has(name)) this.endLine();
    if (this.cut !== undefined) return;
    if (this.holder) {
      if (name === this.holder.name) this.holder.open += 1;
      return;
    }
    if (FORWARDS.test(attributes.class ?? '')) this.isForwarded ||= this.ranges.length === 0;
    if (beginsHistory(attributes)) {
      this.endLine();
      this.cut = start;
    } else if (!isVoid(name) && holdsHistory(name, attributes)) {
      this.endLine();
      this.holder = { name, open: 1, start, isFirstLine: true };
    }
  }

  close(name: string, _start: number, end: number): void {
    if (name === this.silent) this.silent = undefined;
    if (LINES.has(name)) this.endLine();
    const { holder } = this;
    if (holder?.name !== name || (holder.open -= 1) > 0) return;
    this.endHolder(end);
  }

  add(text: string, start: number, end: number): void {
    if (this.silent !== undefined) return;
    if (this.line === '') this.place = { start, end };
    this.place.end = end;
    if (this.line.length <= LONGEST_LINE)
      this.line += text
        .slice(0, 10_000)
        .replace(/[\s\u00a0\u200b]+/g, ' ')
        .slice(0, 2 * LONGEST_LINE);
    if (this.line.trim() === '') this.line = '';
  }

  end(length: number): void {
    this.endLine();
    if (this.holder) this.endHolder(length);
  }

  without(html: string): Cut {
    const quotedAfter = new Set(this.before);
    const words = historyIn(this.lines, (at) => quotedAfter.has(at + 1));
    const begins = words === undefined ? Infinity : this.places[words]!.start;
    const cut = Math.min((this.hasHistory ? this.cut : undefined) ?? Infinity, begins);
    const ranges = this.ranges.filter(({ start }) => start < cut);
    if (cut === Infinity && ranges.length === 0) return { text: html, history: 'not found' };
    if (this.isForwarded) return { text: html, history: 'kept' };
    const last = words ?? this.lines.length;
    const said = this.before.slice(0, ranges.length).flatMap((at) => this.attribution(at));
    const named = new Set(said);
    const isAnswered = this.lines.some((_, at) => at < last && !named.has(at));
    if (!isAnswered) return { text: html, history: 'kept' };
    const left = [...ranges, ...said.map((at) => this.places[at]!)].sort((a, b) => a.start - b.start);
    const kept: string[] = [];
    let at = 0;
    for (const { start, end } of left) {
      if (start >= at) kept.push(html.slice(at, start));
      at = Math.max(at, end);
    }
    if (at < cut) kept.push(html.slice(at, cut));
    return { text: kept.join(''), history: 'removed' };
  }

  /** The lines that say who wrote the quotation below them. */
  private attribution(at: number): number[] {
    const from = attributionBefore(this.lines, at);
    return from === undefined ? [] : Array.from({ length: at - from }, (_, index) => from + index);
  }

  private endHolder(end: number): void {
    this.endLine();
    this.ranges.push({ start: this.holder!.start, end });
    this.before.push(this.lines.length);
    this.holder = undefined;
  }

  private endLine(): void {
    const line = lineStart(this.line);
    this.line = '';
    if (line === '') return;
    if (this.cut !== undefined) {
      this.hasHistory = true;
      return;
    }
    if (this.holder) {
      if (this.holder.isFirstLine) this.isForwarded ||= this.ranges.length === 0 && saysForwarded(line);
      this.holder.isFirstLine = false;
      return;
    }
    if (this.lines.length >= MOST_LINES) return;
    if (this.ranges.length === 0) this.isForwarded ||= saysForwarded(line);
    this.lines.push(line);
    this.places.push(this.place);
  }
}

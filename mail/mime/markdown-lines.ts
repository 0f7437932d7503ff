import { TextPieces } from './text-pieces';

/** Quotations and lists in more levels look like this many: deeper ones would make the text much longer than the page. */
const DEEPEST = 5;
const MOST_CELLS = 20;
/** Characters that are not seen: senders fill the preview of mail programs with them. */
const UNSEEN = /\u00ad|\u034f|\u061c|\u180e|\u200b|[\u2060-\u2064]|\ufeff|\u200c(?=[\s\u00a0\u200c]|$)/g;

interface Link {
  address: string;
  text: string;
  /** Whether there is a space before it. */
  space: boolean;
}

/** Writes Markdown line by line. White space collapses as in HTML, and there is never more than one blank line. */
export class MarkdownLines {
  private readonly pieces = new TextPieces();
  private isEmpty = true;
  /** Line ends that are due before the next text. */
  private gap = 0;
  private space = false;
  /** Before the first text of a line: of a heading, or of a list item. */
  private marker = '';
  private isHeading = false;
  private quotes = 0;
  private lists = 0;
  private fences = 0;
  private strongs = 0;
  private isStrong = false;
  private link?: Link;
  /** Of the current row of a table. */
  private isRow = false;
  private cells = 0;
  private isRowBroken = false;
  private cellIsDue = false;
  /** Of the last line. */
  private quotesBefore = 0;

  get text(): string {
    this.closeLink();
    this.endStrong();
    return this.pieces.text;
  }

  add(text: string): void {
    if (this.fences > 0) return this.addAsIs(text);
    const dense = text.replace(UNSEEN, '').replace(/[\s\u00a0]+/g, ' ');
    const shown = dense.trim();
    if (dense.startsWith(' ')) this.space = true;
    if (shown === '') return;
    if (this.link) this.addToLink(this.link, shown);
    else this.put(shown);
    this.space = dense.endsWith(' ');
  }

  line(): void {
    this.end(1);
  }

  paragraph(): void {
    this.isHeading = false;
    this.end(this.lists > 0 || (this.isRow && this.cells === 0) ? 1 : 2);
  }

  breakLine(): void {
    this.endInline();
    this.gap = Math.min(2, this.gap + 1);
  }

  rule(): void {
    this.paragraph();
    if (this.isEmpty) return;
    this.put('---');
    this.paragraph();
  }

  heading(level: number): void {
    this.paragraph();
    this.marker = `${'#'.repeat(level)} `;
    this.isHeading = true;
  }

  item(marker: string): void {
    this.line();
    this.marker = marker;
  }

  nest(by: number): void {
    this.lists = Math.max(0, this.lists + by);
  }

  quote(by: number): void {
    this.quotes = Math.max(0, this.quotes + by);
  }

  strong(by: number): void {
    this.strongs = Math.max(0, this.strongs + by);
    if (this.strongs === 0) this.endStrong();
  }

  fence(by: number): void {
    if (by < 0 && this.fences === 0) return;
    const isMark = this.fences + by === (by > 0 ? 1 : 0);
    if (by < 0) this.fences += by;
    if (isMark) {
      this.line();
      this.put('```');
      this.line();
    }
    if (by > 0) this.fences += by;
  }

  row(): void {
    this.isRow = true;
    this.cells = 0;
    this.isRowBroken = this.cellIsDue = false;
  }

  /** A cell of one line stands beside the one before it. */
  cell(): void {
    this.endInline();
    if (this.cells === 0 || this.isRowBroken) return;
    this.gap = 0;
    this.cellIsDue = true;
  }

  endRow(isHeader: boolean): void {
    const { cells, isRowBroken } = this;
    this.row();
    if (isHeader && !isRowBroken && cells > 1) {
      this.line();
      this.put(Array<string>(Math.min(cells, MOST_CELLS)).fill('---').join(' | '));
      this.row();
    }
    this.isRow = false;
  }

  openLink(address: string | undefined): void {
    this.closeLink();
    if (address !== undefined) this.link = { address, text: '', space: false };
  }

  closeLink(): void {
    const { link, space } = this;
    this.link = undefined;
    if (!link || link.text === '') return;
    this.space = link.space;
    this.put(written(link));
    this.space = space;
  }

  private addToLink(link: Link, text: string): void {
    if (link.text === '') link.space = this.space;
    link.text += link.text !== '' && this.space ? ` ${text}` : text;
    this.space = false;
  }

  private addAsIs(text: string): void {
    for (const [index, line] of text.split('\n').entries()) {
      if (index > 0) this.breakLine();
      if (line.trim() !== '') this.put(line.replace(UNSEEN, ''));
    }
  }

  /** At the beginning of a cell that stands beside another, there is no new line. */
  private end(gap: number): void {
    this.endInline();
    if (!this.cellIsDue) this.gap = Math.max(this.gap, gap);
  }

  /** What cannot go on in the next line. */
  private endInline(): void {
    if (this.link?.text) this.closeLink();
    this.endStrong();
    this.space = false;
  }

  private endStrong(): void {
    if (this.isStrong) this.pieces.push('**');
    this.isStrong = false;
  }

  private put(text: string): void {
    if (this.isEmpty || this.gap > 0) this.beginLine();
    else if (this.cellIsDue) this.pieces.push(' | ');
    else if (this.space) this.pieces.push(' ');
    if (this.cells === 0 || this.cellIsDue) this.cells += 1;
    this.cellIsDue = this.space = false;
    if (this.strongs > 0 && !this.isStrong && !this.isHeading && !this.link && this.fences === 0) {
      this.pieces.push('**');
      this.isStrong = true;
    }
    this.pieces.push(text);
    this.isEmpty = false;
  }

  private beginLine(): void {
    const quotes = Math.min(this.quotes, DEEPEST);
    const quote = '> '.repeat(quotes);
    if (!this.isEmpty) {
      if (this.cells > 0) this.isRowBroken = true;
      const between = '> '.repeat(Math.min(quotes, this.quotesBefore)).trimEnd();
      this.pieces.push(this.gap > 1 ? `\n${between}\n` : '\n');
    }
    this.quotesBefore = quotes;
    const depth = Math.min(this.lists, DEEPEST) - (this.marker && !this.isHeading ? 1 : 0);
    this.pieces.push(`${quote}${'  '.repeat(Math.max(0, depth))}${this.marker}`);
    this.marker = '';
    this.gap = 0;
  }
}

function written({ text, address }: Link): string {
  const bare = address.replace(/^(mailto|tel):/i, '');
  if (text === bare || text === address || `${text}/` === address) return text;
  const escaped = text.replace(/[[\]]/g, '\\$&');
  return `[${escaped}](${address.replaceAll('(', '%28').replaceAll(')', '%29')})`;
}

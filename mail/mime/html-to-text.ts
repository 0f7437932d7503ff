import { convert, type FormatCallback } from 'html-to-text';
import { Tokenizer } from 'htmlparser2';

import { TextPieces } from './text-pieces';

/** A larger page is converted without its layout, which would need a hundred times its size in memory. Characters. */
export const LAID_OUT = 512 * 1024;
/** No program nests elements more deeply, and layout needs stack space for each level. */
const DEEPEST = 500;

/**
 * Converts a page to plain text.
 *
 * @param room maximum number of characters to lay out
 */
export function htmlToText(html: string, room = LAID_OUT): string {
  const plain = new PlainPage(html);
  if (html.length > room || plain.depth > DEEPEST) return plain.text;
  try {
    return convert(html, OPTIONS);
  } catch {
    // Tags that no program writes, such as <constructor>. Only this message's text is affected.
    return plain.text;
  }
}

/** The text of a page without its layout and links, which takes much less time. */
export const pageText = (html: string): string => new PlainPage(html).text;

/** A space between cells, so that their words and amounts stay apart. */
const cell: FormatCallback = (element, walk, builder) => {
  builder.addInline(' ');
  walk(element.children, builder);
  builder.addInline(' ');
};

const OPTIONS = {
  wordwrap: false as const,
  formatters: { cell },
  selectors: [
    ...['img', 'title', 'template'].map((selector) => ({ selector, format: 'skip' })),
    ...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
    ...['tr', 'center', 'dt', 'dd'].map((selector) => ({
      selector,
      format: 'block',
      options: { leadingLineBreaks: 1, trailingLineBreaks: 1 },
    })),
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
      selector,
      options: { uppercase: false },
    })),
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
  ],
};

const HIDDEN = new Set(['script', 'style', 'title', 'template']);
const LINES = new Set([
  ...['br', 'p', 'div', 'li', 'ul', 'ol', 'tr', 'table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'pre'],
  ...['blockquote', 'section', 'article', 'header', 'footer', 'center', 'dt', 'dd'],
]);
const CELLS = new Set(['td', 'th']);
/** Elements that cannot contain others, or whose end tag may be omitted. */
const ENDLESS = new Set([
  ...[
    'area',
    'base',
    'br',
    'col',
    'embed',
    'hr',
    'img',
    'input',
    'link',
    'meta',
    'param',
    'source',
    'track',
    'wbr',
  ],
  ...['p', 'li', 'td', 'th', 'tr', 'tbody', 'thead', 'tfoot', 'dt', 'dd', 'option'],
]);

const nothing = () => {};

/**
 * Extracts the text of a page by lines, and how deeply its elements are nested. One pass, and only the text is kept.
 */
class PlainPage {
  depth = 0;
  private readonly pieces = new TextPieces();
  private open = 0;
  private hidden = 0;
  private isLineStart = true;
  private isSpace = true;

  constructor(html: string) {
    const piece = (start: number, end: number) => html.slice(start, end);
    const begin = (start: number, end: number) => this.begin(piece(start, end).toLowerCase());
    const tokenizer = new Tokenizer(
      { xmlMode: false, decodeEntities: true },
      {
        ontext: (start, end) => this.add(piece(start, end)),
        ontextentity: (code) => this.add(String.fromCodePoint(code)),
        onopentagname: begin,
        onclosetag: (start, end) => this.close(piece(start, end).trim().toLowerCase()),
        ...{ onattribdata: nothing, onattribentity: nothing, onattribend: nothing, onattribname: nothing },
        ...{ oncdata: nothing, oncomment: nothing, ondeclaration: nothing, onend: nothing },
        ...{ onopentagend: nothing, onprocessinginstruction: nothing, onselfclosingtag: nothing },
      },
    );
    tokenizer.write(html);
    tokenizer.end();
  }

  get text(): string {
    return this.pieces.text.trim();
  }

  private begin(name: string): void {
    if (HIDDEN.has(name)) this.hidden += 1;
    if (LINES.has(name)) this.line();
    if (CELLS.has(name)) this.add(' ');
    if (ENDLESS.has(name)) return;
    this.open += 1;
    this.depth = Math.max(this.depth, this.open);
  }

  private close(name: string): void {
    if (HIDDEN.has(name)) this.hidden = Math.max(0, this.hidden - 1);
    if (LINES.has(name)) this.line();
    if (!ENDLESS.has(name)) this.open = Math.max(0, this.open - 1);
  }

  private line(): void {
    if (!this.isLineStart) this.pieces.push('\n');
    this.isLineStart = this.isSpace = true;
  }

  private add(text: string): void {
    if (this.hidden > 0) return;
    const dense = text.replace(/\s+/g, ' ');
    const shown = this.isSpace && dense.startsWith(' ') ? dense.slice(1) : dense;
    if (shown === '') return;
    this.pieces.push(shown);
    this.isLineStart = false;
    this.isSpace = shown.endsWith(' ');
  }
}

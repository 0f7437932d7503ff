import { isVoid, readPage, type Attributes } from './html-pages';
import { MarkdownLines } from './markdown-lines';

/**
 * Converts a page to Markdown (https://github.github.com/gfm/): links, lists, headings, quotations, code and simple
 * tables. Pictures become their description, so that nothing is loaded from a sender's server. What the sender hides from
 * people is left out.
 *
 * One pass, whatever the page: no tree is built.
 */
export function htmlToMarkdown(html: string): string {
  const page = new MarkdownPage();
  readPage(html, page);
  if (!page.endsHidden) return page.text;
  // A hidden element that does not end would hide the rest of the message.
  const all = new MarkdownPage(false);
  readPage(html, all);
  return all.text;
}

const SILENT = new Set(['script', 'style', 'title', 'template']);
const PARAGRAPHS = new Set(['p', 'ul', 'ol', 'dl', 'table', 'blockquote', 'pre', 'figure', 'address']);
const LINES = new Set([
  ...['div', 'tr', 'section', 'article', 'header', 'footer', 'main', 'nav', 'center', 'form', 'caption'],
  ...['dt', 'dd', 'li', 'tbody', 'thead', 'tfoot', 'body', 'fieldset', 'figcaption'],
]);
const HEADING = /^h[1-6]$/;
/** Whether its content is not shown, by its style. */
const HIDING = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)\b/i;
/** A picture of this size, or smaller, only tells the sender that the message was read. Pixels. */
const PIXEL = 3;
/** A longer address is not for reading. Characters. */
const LONGEST_LINK = 2000;

class MarkdownPage {
  private readonly lines = new MarkdownLines();
  /** The element whose content is not shown, and how many of its name are open within it. */
  private hidden?: { name: string; open: number };
  private readonly lists: Array<{ ordered: boolean; next: number }> = [];
  private headerCells = 0;

  constructor(private readonly hides = true) {}

  get text(): string {
    return this.lines.text;
  }

  get endsHidden(): boolean {
    return this.hidden !== undefined;
  }

  open(name: string, attributes: Attributes): void {
    if (this.hidden) {
      if (name === this.hidden.name) this.hidden.open += 1;
      return;
    }
    if (!isVoid(name) && this.isHidden(name, attributes)) {
      this.hidden = { name, open: 1 };
      return;
    }
    this.begin(name, attributes);
  }

  close(name: string): void {
    if (!this.hidden) this.end(name);
    else if (name === this.hidden.name && (this.hidden.open -= 1) === 0) this.hidden = undefined;
  }

  add(text: string): void {
    if (!this.hidden) this.lines.add(text);
  }

  private isHidden(name: string, { style, hidden }: Attributes): boolean {
    if (SILENT.has(name)) return true;
    return this.hides && (hidden !== undefined || (style !== undefined && HIDING.test(style)));
  }

  private begin(name: string, attributes: Attributes): void {
    const { lines } = this;
    if (PARAGRAPHS.has(name)) lines.paragraph();
    else if (LINES.has(name)) lines.line();
    if (HEADING.test(name)) lines.heading(Number(name[1]));
    switch (name) {
      case 'br':
        return lines.breakLine();
      case 'hr':
        return lines.rule();
      case 'a':
        return lines.openLink(addressOf(attributes.href));
      case 'img':
        return this.picture(attributes);
      case 'b':
      case 'strong':
        return lines.strong(1);
      case 'pre':
        return lines.fence(1);
      case 'blockquote':
        return lines.quote(1);
      case 'ul':
      case 'ol':
        this.lists.push({ ordered: name === 'ol', next: 1 });
        return lines.nest(1);
      case 'li':
        return lines.item(this.marker());
      case 'th':
        this.headerCells += 1;
        return lines.cell();
      case 'td':
        return lines.cell();
      case 'tr':
        lines.endRow(this.headerCells > 1);
        this.headerCells = 0;
        return lines.row();
    }
  }

  private end(name: string): void {
    const { lines } = this;
    switch (name) {
      case 'a':
        lines.closeLink();
        break;
      case 'b':
      case 'strong':
        lines.strong(-1);
        break;
      case 'pre':
        lines.fence(-1);
        break;
      case 'blockquote':
        lines.quote(-1);
        break;
      case 'tr':
        lines.endRow(this.headerCells > 1);
        this.headerCells = 0;
        break;
      case 'ul':
      case 'ol':
        if (this.lists.pop()) lines.nest(-1);
        break;
    }
    if (PARAGRAPHS.has(name) || HEADING.test(name)) lines.paragraph();
    else if (LINES.has(name)) lines.line();
  }

  private marker(): string {
    const list = this.lists.at(-1);
    return list?.ordered ? `${list.next++}. ` : '- ';
  }

  private picture({ alt = '', width = '', height = '' }: Attributes): void {
    const isPixel = [width, height].some((size) => size !== '' && parseInt(size, 10) <= PIXEL);
    if (!isPixel) this.lines.add(alt.slice(0, 300));
  }
}

/** Only what a person would open. Never a script, and never data. */
function addressOf(href = ''): string | undefined {
  const address = href.trim().replace(/\s/g, '%20');
  return /^(https?:\/\/|mailto:|tel:)/i.test(address) && address.length <= LONGEST_LINK ? address : undefined;
}

import { convert } from 'html-to-text';
import { Parser } from 'htmlparser2';

/** A page that is larger is read without its layout, which would take a hundred times its size in memory. Letters. */
const LAID_OUT = 1024 * 1024;

/** A page as a reader of plain text gets it. */
export function htmlToText(html: string): string {
  if (html.length > LAID_OUT) return textOnly(html);
  try {
    return convert(html, OPTIONS);
  } catch {
    // Tags that no program writes, such as <constructor>, or thousands within each other: nothing but this message's text
    // is at stake.
    return textOnly(html);
  }
}

const OPTIONS = {
  wordwrap: false as const,
  selectors: [
    { selector: 'img', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
      selector,
      options: { uppercase: false },
    })),
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
  ],
};

const HIDDEN = new Set(['script', 'style', 'title', 'template', 'noscript']);
const LINES = new Set([
  ...['br', 'p', 'div', 'li', 'ul', 'ol', 'tr', 'table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'pre'],
  ...['blockquote', 'section', 'article', 'header', 'footer', 'dt', 'dd'],
]);

/** The texts of a page in their lines. One pass, and nothing is kept but the text. */
function textOnly(html: string): string {
  const pieces: string[] = [];
  let hidden = 0;
  let isLineStart = true;
  let isSpace = true;
  const line = () => {
    if (!isLineStart) pieces.push('\n');
    isLineStart = isSpace = true;
  };
  const parser = new Parser({
    onopentagname: (name) => {
      if (HIDDEN.has(name)) hidden += 1;
      else if (LINES.has(name)) line();
    },
    ontext: (text) => {
      if (hidden > 0) return;
      const dense = text.replace(/\s+/g, ' ');
      const shown = isSpace && dense.startsWith(' ') ? dense.slice(1) : dense;
      if (shown === '') return;
      pieces.push(shown);
      isLineStart = false;
      isSpace = shown.endsWith(' ');
    },
    onclosetag: (name) => {
      if (HIDDEN.has(name)) hidden = Math.max(0, hidden - 1);
      else if (LINES.has(name)) line();
    },
  });
  parser.end(html);
  return pieces.join('').trim();
}

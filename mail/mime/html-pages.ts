import { Tokenizer } from 'htmlparser2';

/** Elements that cannot contain others. */
const VOID = new Set([
  ...['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track'],
  'wbr',
]);
export const isVoid = (name: string): boolean => VOID.has(name);

/** Attributes of an element, by lower-case name, decoded. */
export type Attributes = Readonly<Record<string, string>>;

/** What stands in a page, in order. Offsets are those of the page. */
export interface PageReader {
  open(name: string, attributes: Attributes, start: number, end: number): void;
  close(name: string, start: number, end: number): void;
  add(text: string, start: number, end: number): void;
}

/** More of an element than any reader looks at. */
const MOST_ATTRIBUTES = 50;
const LONGEST_VALUE = 4096;

/**
 * Reads a page in one pass. It builds no tree, so that neither depth nor size of a page can exhaust memory or stack.
 */
export function readPage(html: string, reader: PageReader): void {
  let name = '';
  let start = 0;
  let attributes: Record<string, string> = {};
  let count = 0;
  let attribute = '';
  let value = '';
  let tagEnd = 0;
  const piece = (from: number, to: number) => html.slice(from, to);
  const opened = (end: number) => {
    reader.open(name, attributes, start, end + 1);
    tagEnd = end + 1;
  };
  const tokenizer = new Tokenizer(
    { xmlMode: false, decodeEntities: true },
    {
      ontext: (from, to) => {
        tagEnd = to;
        reader.add(piece(from, to), from, to);
      },
      ontextentity: (code, end) => {
        const from = tagEnd;
        tagEnd = end;
        reader.add(String.fromCodePoint(code), from, end);
      },
      onopentagname: (from, to) => {
        name = piece(from, to).toLowerCase();
        start = from - 1;
        attributes = Object.create(null) as Record<string, string>;
        count = 0;
      },
      onattribname: (from, to) => {
        attribute = piece(from, to).toLowerCase();
        value = '';
      },
      onattribdata: (from, to) => {
        if (value.length < LONGEST_VALUE) value += piece(from, Math.min(to, from + LONGEST_VALUE));
      },
      onattribentity: (code) => {
        if (value.length < LONGEST_VALUE) value += String.fromCodePoint(code);
      },
      onattribend: () => {
        // As in a browser, the first of the same name counts.
        if (attribute in attributes || count >= MOST_ATTRIBUTES) return;
        attributes[attribute] = value;
        count += 1;
      },
      onopentagend: opened,
      onselfclosingtag: opened,
      onclosetag: (from, to) => {
        // A browser skips everything up to the next >, too.
        const end = html.indexOf('>', to);
        tagEnd = end < 0 ? html.length : end + 1;
        reader.close(piece(from, to).trim().toLowerCase(), from - 2, tagEnd);
      },
      ...{ oncdata: nothing, oncomment: nothing, ondeclaration: nothing, onend: nothing },
      onprocessinginstruction: nothing,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
}

const nothing = () => {};

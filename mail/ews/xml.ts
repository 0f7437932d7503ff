import { Parser } from 'htmlparser2';

import { tooLong } from '../net/body';

/** An element of a reply, by its name without a prefix. Exchange's elements can be distinguished without namespaces. */
export class XmlElement {
  readonly children: XmlElement[] = [];
  text = '';

  constructor(
    readonly name: string,
    readonly attributes: Readonly<Record<string, string>>,
  ) {}

  child(name: string): XmlElement | undefined {
    return this.children.find((one) => one.name === name);
  }

  /** The element at a path, such as `Items/Message`: the first one for each name. */
  at(path: string): XmlElement | undefined {
    return path.split('/').reduce<XmlElement | undefined>((one, name) => one?.child(name), this);
  }

  /** All elements with a name, at any depth. */
  all(name: string): XmlElement[] {
    return this.children.flatMap((one) => [...(one.name === name ? [one] : []), ...one.all(name)]);
  }

  textAt(path: string): string | undefined {
    return this.at(path)?.text;
  }
}

/** Characters in one piece of a text. */
const PIECE = 64 * 1024;

/** Joins the pieces in which the parser gives a text: with many entities, they are millions. */
class TextCollector {
  private readonly pieces: string[] = [];
  private piece = '';

  add(text: string): void {
    this.piece += text;
    if (this.piece.length < PIECE) return;
    // Makes one string of the many that it was added up from, which take ten times its memory.
    this.piece.charCodeAt(0);
    this.pieces.push(this.piece);
    this.piece = '';
  }

  whole(): string {
    return this.pieces.length > 0 ? this.pieces.join('') + this.piece : this.piece;
  }
}

/** Deeper than any real reply. Limits the recursion over the document. */
const DEEPEST = 200;
/** More than any real reply has, and what fits into memory. */
const MOST_ELEMENTS = 500_000;

/**
 * Parses a document (XML 1.0) without a DTD, so only XML's five predefined entities are known.
 *
 * @returns an element that contains the document
 * @throws {SyntaxError} if the document is incomplete or not XML
 * @throws `tooLong()` if it has too many elements
 */
export function parseXml(xml: string): XmlElement {
  const root = new XmlElement('', {});
  const open = [root];
  const texts = [new TextCollector()];
  let count = 0;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (open.length > DEEPEST) throw new SyntaxError('Nested too deeply');
        if (++count > MOST_ELEMENTS) throw tooLong();
        const element = new XmlElement(localName(name), attributes);
        open.at(-1)?.children.push(element);
        open.push(element);
        texts.push(new TextCollector());
      },
      ontext: (text) => texts.at(-1)?.add(text),
      onclosetag: () => {
        const [element, text] = [open.pop(), texts.pop()];
        if (element && text) element.text = text.whole();
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(xml);
  // Checked before the parser's end, where it would close open elements.
  if (root.children.length !== 1 || open.length !== 1) throw new SyntaxError('Not one whole document');
  parser.end();
  return root;
}

/** A boolean of XML Schema (part 2 section 3.2.2.1). */
export const isTrue = (text: string | undefined): boolean => /^\s*(?:true|1)\s*$/.test(text ?? '');

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

import { Parser } from 'htmlparser2';

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

/** Deeper than any real reply. Limits the recursion over the document. */
const DEEPEST = 200;

/**
 * Parses a document (XML 1.0) without a DTD, so only XML's five predefined entities are known.
 *
 * @returns an element that contains the document
 * @throws {SyntaxError} if the document is incomplete or not XML
 */
export function parseXml(xml: string): XmlElement {
  const root = new XmlElement('', {});
  const open = [root];
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (open.length > DEEPEST) throw new SyntaxError('Nested too deeply');
        const element = new XmlElement(localName(name), attributes);
        open.at(-1)?.children.push(element);
        open.push(element);
      },
      ontext: (text) => {
        const element = open.at(-1);
        if (element) element.text += text;
      },
      onclosetag: () => void open.pop(),
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

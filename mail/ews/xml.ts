import { Parser } from 'htmlparser2';

/** An element of a reply, by its name without a prefix: Exchange's elements differ in more than their namespaces. */
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

  /** What a path of names leads to, such as `Items/Message`: of each the first. */
  at(path: string): XmlElement | undefined {
    return path.split('/').reduce<XmlElement | undefined>((one, name) => one?.child(name), this);
  }

  /** All elements of a name, at any depth. */
  all(name: string): XmlElement[] {
    return this.children.flatMap((one) => [...(one.name === name ? [one] : []), ...one.all(name)]);
  }

  textAt(path: string): string | undefined {
    return this.at(path)?.text;
  }
}

/** Deeper than anything that a server means; who walks through it must not run out of stack. */
const DEEPEST = 200;

/**
 * Reads a document (XML 1.0) without definitions of its own: it has no entities but the five of XML.
 *
 * @returns an element around the document
 * @throws {SyntaxError} for one that is cut off or is no XML
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
  // Before the parser is told of the end, where it would close what was cut off.
  if (root.children.length !== 1 || open.length !== 1) throw new SyntaxError('Not one whole document');
  parser.end();
  return root;
}

/** A boolean of XML Schema (part 2 section 3.2.2.1). */
export const isTrue = (text: string | undefined): boolean => /^\s*(?:true|1)\s*$/.test(text ?? '');

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

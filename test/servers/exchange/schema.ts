import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type * as Libxml2 from 'libxml2-wasm' with { 'resolution-mode': 'import' };

import type { Element } from './xml';

/**
 * Microsoft's schema of EWS. It is no part of this project and no package has it: it stands beside the checkout, or
 * where EWS_SCHEMA_DIR says.
 */
const DIRECTORY = process.env.EWS_SCHEMA_DIR ?? join(__dirname, '../../../../shared/ews-schema');
const ROOT = join(DIRECTORY, 'soap.xsd');

/** Whether requests and replies can be held to it here. */
export const HAS_SCHEMA = existsSync(ROOT);

/** Reads messages, and says whether they are what the schema allows. */
export class EwsSchema {
  private constructor(
    private readonly libxml2: typeof Libxml2,
    private readonly validator: Libxml2.XsdValidator | undefined,
  ) {}

  static async load(): Promise<EwsSchema> {
    const [libxml2, { xmlRegisterFsInputProviders }] = await Promise.all([
      import('libxml2-wasm'),
      import('libxml2-wasm/lib/nodejs.mjs'),
    ]);
    if (!HAS_SCHEMA) {
      process.stderr.write(`EWS is not held to its schema: there is none at ${DIRECTORY}\n`);
      return new EwsSchema(libxml2, undefined);
    }
    xmlRegisterFsInputProviders();
    const document = libxml2.XmlDocument.fromBuffer(readFileSync(ROOT), { url: ROOT });
    try {
      return new EwsSchema(libxml2, libxml2.XsdValidator.fromDoc(document));
    } finally {
      document.dispose();
    }
  }

  /** What is wrong with a message, or undefined. */
  problem(xml: string): string | undefined {
    try {
      this.use(xml, (document) => this.validator?.validate(document));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** The root element; throws for what is not XML. */
  parse(xml: string): Element {
    return this.use(xml, ({ root }) => this.toElement(root));
  }

  private use<T>(xml: string, work: (document: Libxml2.XmlDocument) => T): T {
    const { XmlDocument, ParseOption } = this.libxml2;
    const document = XmlDocument.fromString(xml, { option: ParseOption.XML_PARSE_HUGE });
    try {
      return work(document);
    } finally {
      document.dispose();
    }
  }

  private toElement(node: Libxml2.XmlElement): Element {
    const { XmlElement } = this.libxml2;
    const children: Element[] = [];
    for (let child = node.firstChild; child; child = child.next) {
      if (child instanceof XmlElement) children.push(this.toElement(child));
    }
    return {
      name: node.name,
      attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])),
      children,
      text: children.length > 0 ? '' : node.content,
    };
  }
}

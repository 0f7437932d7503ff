/** The capabilities that a server announced in its response to EHLO (RFC 5321 section 4.1.1.1). */
export interface Capabilities {
  /** SASL mechanisms, in capitals (RFC 4954 section 3). */
  mechanisms: ReadonlySet<string>;
  /** RFC 6531. */
  utf8: boolean;
  /** RFC 6152. */
  eightBit: boolean;
  /** Maximum message size in bytes, if the server announces it (RFC 1870). */
  maxSize?: number;
}

/** @param answer to EHLO, or to HELO, which lists no capabilities */
export function parseCapabilities(answer: string): Capabilities {
  const lines = answer
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.replace(/^\d+[ -]/, '').trim());
  const parametersOf = (keyword: string) =>
    lines.flatMap((line) => {
      // Some servers still send the old form "AUTH=LOGIN" in addition to the correct one.
      const [name, ...parameters] = line.toUpperCase().split(/[\s=]+/);
      return name === keyword ? [parameters] : [];
    });
  const maxSize = Number(parametersOf('SIZE')[0]?.[0]);
  return {
    mechanisms: new Set(parametersOf('AUTH').flat()),
    eightBit: parametersOf('8BITMIME').length > 0,
    utf8: parametersOf('SMTPUTF8').length > 0,
    maxSize: maxSize > 0 ? maxSize : undefined,
  };
}

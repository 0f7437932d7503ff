import { isUtf8 } from 'node:buffer';

import type { ImapFlow } from 'imapflow';
import { decodePath, encodePath } from 'imapflow/lib/tools';

import { wholeCharacters } from '../text';

/**
 * Folder names as the server writes them, if imapflow would write them differently: ASCII names with an ampersand,
 * names in UTF-8 or an old charset, names that start with the separator. A name from LIST is valid in every other
 * command (RFC 9051 section 6.3.9), so the server gets back the exact bytes that it sent.
 */
export class FolderNames {
  /** The server's bytes, by the name that imapflow would send. */
  private readonly written = new Map<string, Buffer>();
  private delimiters = new Set<string>();
  /** Whether all folders of the server have been listed. */
  isComplete = false;

  constructor(private readonly flow: ImapFlow) {}

  /**
   * The name to show for a folder, from what imapflow reads.
   *
   * @param name as received: text, or the bytes of a literal
   * @param isLatin1 whether the text comes from bytes that are not UTF-8, one character for each byte
   */
  read(name: string | Buffer, delimiter: string, isLatin1: boolean): string {
    const bytes = Buffer.isBuffer(name) ? name : Buffer.from(name, isLatin1 ? 'latin1' : 'utf8');
    const text = isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1');
    const decoded = decodePath(this.flow, text);
    // Modified UTF-7 (RFC 3501 section 5.1.3) has exactly one encoding for each name. Any other spelling is not
    // modified UTF-7, nor is half a character.
    const isName = decoded === wholeCharacters(decoded) && encodePath(this.flow, decoded) === text;
    const shown = isName ? decoded : text;
    const encoded = encodePath(this.flow, shown);
    if (delimiter) this.delimiters.add(delimiter);
    this.remember(encoded, bytes);
    // imapflow drops a leading separator.
    if (delimiter && shown.startsWith(delimiter)) {
      this.remember(encodePath(this.flow, shown.slice(delimiter.length)), bytes);
    }
    return encoded;
  }

  /**
   * The server's bytes for a name, or for the parent folder that it starts with; undefined if imapflow writes it
   * correctly.
   */
  bytesOf(encoded: string): Buffer | undefined {
    const known = this.written.get(encoded);
    if (known ?? this.written.size === 0) return known;
    for (let end = encoded.length - 1; end > 0; end--) {
      if (!this.delimiters.has(encoded[end]!)) continue;
      const parent = this.written.get(encoded.slice(0, end));
      if (parent) return Buffer.concat([parent, Buffer.from(encoded.slice(end))]);
    }
    return undefined;
  }

  private remember(encoded: string, bytes: Buffer): void {
    if (!bytes.equals(Buffer.from(encoded))) this.written.set(encoded, bytes);
  }
}

/** Whether the name can be written in more than one way, so that the server's spelling may differ from imapflow's. */
export const hasOtherForms = (encoded: string): boolean => /[&\u0080-\uffff]/.test(encoded);

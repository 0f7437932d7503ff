import { isUtf8 } from 'node:buffer';

import type { ImapFlow } from 'imapflow';
import { decodePath, encodePath } from 'imapflow/lib/tools';

/**
 * The names of folders as the server writes them, where these are not what imapflow would write for them: names in
 * plain letters that hold an ampersand, in UTF-8 or in an old charset, or that begin with the separator. What LIST
 * gives is a name for every other command (RFC 9051 section 6.3.9), so the server gets the bytes that it gave.
 */
export class FolderNames {
  /** The server's bytes, by what imapflow writes in their place. */
  private readonly written = new Map<string, Buffer>();
  private delimiters = new Set<string>();
  /** Whether the server has named all its folders. */
  isComplete = false;

  constructor(private readonly flow: ImapFlow) {}

  /**
   * What imapflow reads as the name that people are to see.
   *
   * @param name as it came: text, or the bytes of a literal
   * @param isLatin1 whether the text came in bytes that are no UTF-8, each of which is one of its letters
   */
  read(name: string | Buffer, delimiter: string, isLatin1: boolean): string {
    const bytes = Buffer.isBuffer(name) ? name : Buffer.from(name, isLatin1 ? 'latin1' : 'utf8');
    const text = isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1');
    const decoded = decodePath(this.flow, text);
    // Modified UTF-7 (RFC 3501 section 5.1.3) has one form only. What is written in another one is no such name.
    const shown = encodePath(this.flow, decoded) === text ? decoded : text;
    const encoded = encodePath(this.flow, shown);
    if (delimiter) this.delimiters.add(delimiter);
    this.remember(encoded, bytes);
    // imapflow leaves out a separator at the beginning.
    if (delimiter && shown.startsWith(delimiter)) {
      this.remember(encodePath(this.flow, shown.slice(delimiter.length)), bytes);
    }
    return encoded;
  }

  /** The server's bytes for a name, or for the folder that it begins with; undefined where imapflow writes it well. */
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

/** Whether there is more than one way to write a name, so that the server's may be another than imapflow's. */
export const hasOtherForms = (encoded: string): boolean => /[&\u0080-\uffff]/.test(encoded);

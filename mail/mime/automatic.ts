import type { HeaderField } from '../model/outgoing';

/** Who delivers a message in bulk, or for nobody, expects no answer and gives none. */
const PRECEDENCES = ['bulk', 'junk', 'auto_reply'];

/**
 * Whether a program has written a message: an automatic reply (RFC 3834 section 5), a report of its delivery (RFC 6522,
 * RFC 5321 section 4.5.5), or bulk mail. Not every program says so.
 */
export function isAutomatic(headers: readonly HeaderField[]): boolean {
  const valueOf = (name: string) =>
    headers
      .find((header) => header.name.toLowerCase() === name)
      ?.value.trim()
      .toLowerCase();
  const submitted = valueOf('auto-submitted');
  if (submitted !== undefined && !/^no\b/.test(submitted)) return true;
  if (PRECEDENCES.includes(valueOf('precedence') ?? '')) return true;
  if (valueOf('return-path') === '<>') return true;
  return /^multipart\/report\b/.test(valueOf('content-type') ?? '');
}

/** A field with the lines that it is folded over (RFC 5322 section 2.2.3). */
const BCC = /^bcc[ \t]*:.*\r\n(?:[ \t].*\r\n)*/gim;

/**
 * Removes the Bcc field from a message before it is sent (RFC 5322 section 3.6.3). All other bytes stay the same.
 *
 * @returns also the field, for the sender's own copy; empty if there was none
 */
export function withoutBcc(message: Buffer): { message: Buffer; bccHeader: string } {
  const end = message.indexOf('\r\n\r\n');
  const headerLength = end < 0 ? message.length : end + 2;
  const header = message.toString('latin1', 0, headerLength);
  const bccHeader = (header.match(BCC) ?? []).join('');
  if (!bccHeader) return { message, bccHeader };
  const rest = Buffer.from(header.replace(BCC, ''), 'latin1');
  return { message: Buffer.concat([rest, message.subarray(headerLength)]), bccHeader };
}

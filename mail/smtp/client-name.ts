import { isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';

/** A name with a domain, as the DNS has it (RFC 1123 section 2.1). */
const QUALIFIED = /^(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})+$/i;
/** Of names that mean nothing to another machine (RFC 6761, RFC 6762). */
const LOCAL = /\.(?:local|localdomain|localhost|internal|lan|home|arpa)$/i;

/**
 * What a client calls itself in EHLO where nobody has told it: the machine's own name, or the address of the connection
 * where that is no name that others know (RFC 5321 section 4.1.4).
 */
export function clientName(socket: Pick<Socket, 'localAddress'>, name = hostname()): string {
  if (QUALIFIED.test(name) && !LOCAL.test(name) && isIP(name) === 0) return name;
  const address = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/i, '').replace(/%.*$/, '');
  return isIP(address) === 6 ? `[IPv6:${address}]` : `[${address}]`;
}

export const CLIENT_NAME_REMEDY =
  'Set "Client Name (EHLO)" in the credential to a name that the server accepts: the full name of the machine that runs n8n in the DNS, such as n8n.example.com.';

import { isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';

/** A name with a domain, as the DNS has it (RFC 1123 section 2.1). */
const QUALIFIED = /^(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})+$/i;
/** Names that mean nothing on other machines (RFC 6761, RFC 6762). */
const LOCAL = /\.(?:local|localdomain|localhost|internal|lan|home|arpa)$/i;

/**
 * The name in EHLO if none is configured: the host name of this machine, or the connection's address if other machines
 * would not know that name (RFC 5321 section 4.1.4).
 */
export function clientName(socket: Pick<Socket, 'localAddress'>, name = hostname()): string {
  if (QUALIFIED.test(name) && !LOCAL.test(name) && isIP(name) === 0) return name;
  const address = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/i, '').replace(/%.*$/, '');
  return isIP(address) === 6 ? `[IPv6:${address}]` : `[${address}]`;
}

export const CLIENT_NAME_REMEDY =
  'Set "Client Name (EHLO)" in the credential to a name that the server accepts: the full name of the machine that runs n8n in the DNS, such as n8n.example.com.';

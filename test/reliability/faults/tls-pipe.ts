import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TLSSocket, type SecureContext } from 'node:tls';

/** The end of a TLS connection at a server, below which bytes can be slipped in that are no TLS. */
export function tlsOver(raw: Socket, secureContext: SecureContext): TLSSocket {
  const carrier = new Duplex({
    read: () => void raw.resume(),
    write: (chunk: Buffer, _, done) => {
      if (raw.writable) raw.write(chunk, () => done());
      else done();
    },
    final: (done) => {
      raw.end();
      done();
    },
  });
  raw.on('data', (chunk: Buffer) => void carrier.push(chunk));
  raw.on('end', () => void carrier.push(null));
  raw.on('close', () => carrier.destroy());
  carrier.on('error', () => undefined);
  const secure = new TLSSocket(carrier, { isServer: true, secureContext });
  secure.on('error', () => raw.destroy());
  return secure;
}

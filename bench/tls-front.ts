import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import type { ServerCertificate } from '../test/servers/authority';
import { forward, startProxy, type Proxy } from './latency';

/** Ends TLS before the counting wire: clients pay for encryption as in production, and the wire can read. */
export async function startTlsFront(targetPort: number, files: ServerCertificate): Promise<Proxy> {
  const options = { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile), noDelay: true };
  const server = createServer(options);
  return await startProxy(server, 'secureConnection', targetPort, (client, upstream) => {
    forward(client, upstream);
    forward(upstream, client);
  });
}

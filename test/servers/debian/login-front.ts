import { readFileSync } from 'node:fs';
import { connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import type { ServerCertificate } from '../authority';
import { listen, LOOPBACK } from '../ports';

interface Front {
  port: number;
  stop(): Promise<void>;
}

/**
 * Stands before an SMTP server that offers no login, as a mail proxy does: it ends TLS (where it has a certificate),
 * adds `AUTH PLAIN` to what the server says to EHLO, and checks the login itself. All else it passes on.
 */
export async function startLoginFront(
  port: number,
  login: { user: string; password: string },
  certificate?: ServerCertificate,
): Promise<Front> {
  const right = Buffer.from(`\0${login.user}\0${login.password}`).toString('base64');
  const sockets = new Set<Socket>();
  const serve = (client: Socket) => {
    const server = connect(port, LOOPBACK);
    for (const [socket, peer] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        peer.end();
      });
    }
    let greeting = false;
    client.on('data', (chunk: Buffer) => {
      const [, verb = '', argument] =
        /^(EHLO|AUTH PLAIN)(?: (.*))?\r\n$/i.exec(chunk.toString('latin1')) ?? [];
      greeting = /^EHLO$/i.test(verb);
      if (!/^AUTH/i.test(verb)) return void server.write(chunk);
      client.write(argument === right ? '235 2.7.0 Logged in\r\n' : '535 5.7.8 Wrong login\r\n');
    });
    server.on('data', (chunk: Buffer) => {
      client.write(greeting ? chunk.toString('latin1').replace('\r\n', '\r\n250-AUTH PLAIN\r\n') : chunk);
      greeting = false;
    });
  };
  const front: Server = certificate
    ? createTlsServer(
        { cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) },
        serve,
      )
    : createTcpServer(serve);
  return {
    port: await listen(front),
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => front.close(resolve));
    },
  };
}

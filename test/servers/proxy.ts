import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerCertificate } from './authority';
import { listen } from './ports';
import { ProxyGate, type ProxyOptions } from './proxy-gate';
import { serveSocks5 } from './socks5';

export interface Proxy {
  port: number;
  /** With user and password, for the field "Proxy" of a credential. */
  url: string;
  /** `host:port` of every connection that was asked for and granted. */
  readonly connections: readonly string[];
  /** Logins that were refused. */
  readonly refusals: number;
  /** Connections through it that are open now. */
  readonly open: number;
  /** Cuts every connection. */
  dropAll(): void;
  stop(): Promise<void>;
}

/** A SOCKS 5 proxy on loopback (RFC 1928, RFC 1929). */
export function startSocksProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const gate = new ProxyGate(options);
  return started(
    'socks5',
    gate,
    createServer((client) => serveSocks5(client, gate)),
  );
}

/** An HTTP proxy on loopback that takes CONNECT (RFC 9110 section 9.3.6); over TLS with a certificate. */
export function startHttpProxy(
  options: ProxyOptions & { certificate?: ServerCertificate } = {},
): Promise<Proxy> {
  const { certificate } = options;
  const gate = new ProxyGate(options);
  const server = certificate
    ? createHttpsServer({ cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) })
    : createHttpServer();
  server.on('connect', ({ url = '', headers }, client: Duplex, head: Buffer) => {
    const answer = (status: string) => client.write(`HTTP/1.1 ${status}\r\n\r\n`);
    client.on('error', () => undefined);
    const encoded = /^Basic (.+)$/i.exec(headers['proxy-authorization'] ?? '')?.[1] ?? '';
    const [user, password] = Buffer.from(encoded, 'base64').toString().split(':');
    if (!gate.admits(user, password)) {
      answer('407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"');
      return void client.end();
    }
    const [, host = '', port] = /^\[?(.+?)\]?:(\d+)$/.exec(url) ?? [];
    gate.dial(host, Number(port)).then(
      (upstream) => {
        answer('200 Connection established');
        upstream.write(head);
        gate.join(client, upstream);
      },
      () => {
        answer('502 Bad Gateway');
        client.end();
      },
    );
  });
  return started(certificate ? 'https' : 'http', gate, server);
}

async function started(scheme: string, gate: ProxyGate, server: Server): Promise<Proxy> {
  const port = await listen(server);
  const { login } = gate.options;
  const who = login ? `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@` : '';
  const clients = new Set<Socket>();
  server.on('connection', (client: Socket) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
  });
  const dropAll = () => clients.forEach((client) => client.destroy());
  return {
    port,
    url: `${scheme}://${who}localhost:${port}`,
    connections: gate.connections,
    get refusals() {
      return gate.refusals;
    },
    get open() {
      return gate.open;
    },
    dropAll,
    stop: () => {
      dropAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

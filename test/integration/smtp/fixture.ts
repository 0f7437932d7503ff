import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

import { issueCertificate } from '../../servers/authority';
import { listen } from '../../servers/ports';

export interface Delivered {
  from: string;
  to: string[];
  raw: Buffer;
}

export interface Relay {
  port: number;
  ca: string;
  delivered: Delivered[];
  /** Since the start. */
  opened: number;
  logins: number;
  transactions: number;
  /** Now. */
  open(): number;
  /** Ends every connection at once. */
  dropAll(): void;
  stop(): Promise<void>;
}

/** What a server is to do instead of what it would do. */
export type Behaviour = Partial<Omit<SMTPServerOptions, 'onData'>> & {
  /** Called with a whole message; what it throws is the answer, and what it never answers stays open. */
  take?: (message: Delivered, number: number) => Promise<void> | void;
  passwords?: Record<string, string>;
  tokens?: string[];
};

/** An SMTP server that keeps what it is given. */
export async function startRelay({
  take,
  passwords = {},
  tokens = [],
  ...options
}: Behaviour = {}): Promise<Relay> {
  const dir = mkdtempSync(join(tmpdir(), 'relay-'));
  const certificate = issueCertificate(dir);
  const relay: Relay = {
    port: 0,
    ca: certificate.ca,
    delivered: [],
    opened: 0,
    logins: 0,
    transactions: 0,
    open: () => sockets().length,
    dropAll: () => sockets().forEach((socket) => socket.destroy()),
    stop: async () => {
      relay.dropAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(dir, { recursive: true, force: true });
    },
  };
  const server = new SMTPServer({
    key: readFileSync(certificate.keyFile),
    cert: readFileSync(certificate.certFile),
    disableReverseLookup: true,
    allowInsecureAuth: true,
    closeTimeout: 100,
    authMethods: tokens.length > 0 ? ['XOAUTH2'] : ['PLAIN', 'LOGIN'],
    onConnect: (_, callback) => {
      relay.opened++;
      callback();
    },
    onAuth: ({ method, username = '', password, accessToken = '' }, _, callback) => {
      const right = method === 'XOAUTH2' ? tokens.includes(accessToken) : passwords[username] === password;
      if (right) relay.logins++;
      callback(
        null,
        right ? { user: username } : { message: 'wrong', data: { status: '401', schemes: 'bearer' } },
      );
    },
    onMailFrom: (_, __, callback) => {
      relay.transactions++;
      callback();
    },
    ...options,
    onData: (stream, { envelope }, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded) return callback(answer(552, '5.3.4 too big'));
        const message: Delivered = {
          from: envelope.mailFrom ? envelope.mailFrom.address : '',
          to: envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks),
        };
        relay.delivered.push(message);
        Promise.resolve(take?.(message, relay.delivered.length)).then(
          () => callback(null, '2.0.0 taken'),
          (error: Error) => {
            relay.delivered.pop();
            callback(error);
          },
        );
      });
    },
  });
  server.on('error', () => undefined);
  const sockets = () =>
    [...(server as unknown as { connections: Set<{ _socket: Socket }> }).connections].map(
      (one) => one._socket,
    );
  relay.port = await listen(server.server as unknown as Server);
  return relay;
}

export const answer = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

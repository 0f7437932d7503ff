import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as send } from 'node:https';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { issueCertificate } from '../../servers/authority';
import { EWS_PATH, startEws } from '../../servers/exchange/ews';
import { startGraph } from '../../servers/graph/graph';
import { listen } from '../../servers/ports';
import { mail } from '../../servers/mailbox';
import type { HostileServer } from './server';

export interface WebReply {
  status: number;
  type: string;
  body: string;
}

/** What is said over HTTP in place of the server's own reply. */
export interface WebAttack {
  protocol: 'ews' | 'graph';
  /** The request that it answers: its EWS operation, or Graph's method and path, also within a batch. */
  at: RegExp;
  /** Makes another reply of the server's own. @param count how often that was asked, from 0 */
  reply?: (own: WebReply, count: number) => Partial<WebReply>;
  /** What is said again and again behind it. */
  flood?: string;
}

/** Real servers of EWS and Graph, behind which each case has a mailbox of its own. */
export interface WebLab {
  /** A server like any other but for one reply. */
  attacked(attack: WebAttack): Promise<HostileServer>;
  stop(): Promise<void>;
}

const MAILBOXES = 3000;
const userOf = (index: number): string => `u${index}@example.test`;

export async function startWebLab(): Promise<WebLab> {
  const dir = mkdtempSync(join(tmpdir(), 'hostile-web-'));
  const certificate = issueCertificate(dir);
  const [key, cert] = [certificate.keyFile, certificate.certFile].map((file) => readFileSync(file));
  const accounts = Array.from({ length: MAILBOXES }, (_, index) => ({
    ...{ user: userOf(index), domain: '', password: 'secret' },
  }));
  const servers = {
    ews: await startEws({ accounts, certificate }),
    graph: await startGraph({
      certificate,
      introspect: async (accessToken) => await Promise.resolve({ address: accessToken }),
    }),
  };
  let made = 0;

  const attacked = async ({
    protocol,
    at,
    reply = (own) => own,
    flood,
  }: WebAttack): Promise<HostileServer> => {
    const own = servers[protocol];
    const user = userOf(made++);
    for (const folder of ['Inbox', 'Work']) {
      await own
        .mailbox(user)
        .deliver(folder, [
          mail({ subject: 'one', text: 'text of one' }),
          mail({ subject: 'two', html: '<p>text of two</p>', attachments: FILES }),
        ]);
    }
    const sockets = new Set<Duplex>();
    let count = 0;
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const body = await text(request);
      const real = await forward(new URL(request.url ?? '', own.url), request, body);
      const isAttacked = at.test(asked(request, body));
      const given = { ...real, ...(isAttacked && reply(real, count++)) };
      const headers = { 'content-type': given.type };
      if (!isAttacked || flood === undefined)
        return void response.writeHead(given.status, headers).end(given.body);
      response.writeHead(given.status, headers).write(given.body);
      await pour(response, flood);
    };
    const server = createServer({ key, cert }, (request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    });
    const port = await listen(server);
    return {
      url: `https://localhost:${port}${protocol === 'ews' ? EWS_PATH : '/v1.0'}`,
      ...{ ca: certificate.ca, user },
      stop: () => {
        sockets.forEach((socket) => socket.destroy());
        return new Promise((resolve) => server.close(() => resolve()));
      },
    };
  };
  return {
    attacked,
    stop: async () => {
      await Promise.all(Object.values(servers).map((server) => server.stop()));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const FILES = [
  { filename: 'a.bin', content: Buffer.alloc(3000, 7) },
  { filename: 'b.txt', content: 'b\n'.repeat(500) },
];

/** What a request asks for, each of a batch on a line of its own. */
function asked({ method, url = '' }: IncomingMessage, body: string): string {
  const [, operation] = /<s:Body><m:(\w+)/.exec(body) ?? [];
  if (operation) return operation;
  const parts = url.endsWith('/$batch')
    ? (JSON.parse(body) as { requests: Array<{ method: string; url: string }> }).requests
    : [];
  return [`${method} ${url}`, ...parts.map((part) => `${part.method} ${part.url}`)].join('\n');
}

async function forward(url: URL, { method, headers }: IncomingMessage, body: string): Promise<WebReply> {
  return await new Promise((resolve, reject) => {
    const options = { method, headers: { ...headers, host: url.host }, rejectUnauthorized: false };
    const call = send(url, options, (response) => {
      text(response).then(
        (given) =>
          resolve({
            ...{ status: response.statusCode ?? 0, body: given },
            type: response.headers['content-type'] ?? 'text/plain',
          }),
        reject,
      );
    });
    call.on('error', reject).end(body);
  });
}

async function pour(response: ServerResponse, flood: string): Promise<void> {
  const chunk = Buffer.from(flood.repeat(Math.ceil(65_536 / flood.length)));
  let go = (): void => undefined;
  response.on('drain', () => go()).on('close', () => go());
  while (!response.destroyed) {
    if (!response.write(chunk)) await new Promise<void>((resolve) => (go = resolve));
  }
}

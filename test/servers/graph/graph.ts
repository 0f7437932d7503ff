import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { issueCertificate, type ServerCertificate } from '../authority';
import { ExchangeMailbox } from '../exchange/mailbox';
import { listen } from '../ports';
import { sleep } from '../wait';
import { Concurrency } from './concurrency';
import { GraphDesk } from './desk';
import type { Fault, PartFault } from './faults';
import { Links } from './links';
import type { LoginOptions } from './login';
import { Reference } from './reference';
import type { Serving } from './single';
import { UploadSessions } from './upload';

export type { Fault, PartFault } from './faults';
export type { Owner } from './login';
export { attachmentIdOf, folderIdOf, messageIdOf } from './ids';

export interface GraphOptions extends LoginOptions {
  certificate?: ServerCertificate;
  /** Whether a text is answered as it is stored, or everything as HTML. */
  bodies?: 'stored' | 'html';
  /** Whether there is the action, which national clouds do not have. */
  permanentDelete?: boolean;
  /** The longest page, whatever was asked for. */
  pageSize?: number;
  /** Milliseconds that each single request takes, or what it waits for, so that it shows how many are under way at once. */
  delay?: number | (() => Promise<unknown>);
  /** Puts something in front of the server's port, and answers the port that its links name then. */
  front?: (port: number) => Promise<number>;
  /** The mailboxes of another server, to share them. */
  mailboxes?: (address: string) => ExchangeMailbox;
}

/** A server that speaks Graph's mail API as Exchange Online does, with real mailboxes behind it. */
export interface GraphServer {
  /** Without the version. */
  url: string;
  ca: string;
  mailbox(address: string): ExchangeMailbox;
  /** What was sent, as recipients get it. */
  sent: Array<{ from: string; to: string[]; raw: Buffer }>;
  /** Each HTTP request, with {id} for ids: `POST /v1.0/$batch`. */
  requests: string[];
  /** Each single request, also those in batches, within its mailbox: `POST /messages/{id}/move`. */
  calls: string[];
  /** The highest number of single requests under way at once in one mailbox. */
  readonly mostAtOnce: number;
  /** TLS connections so far. */
  connections: number;
  /** Connections open now. */
  open(): number;
  /** What the reference has against a request or a reply: always empty where everybody does it right. */
  problems: string[];
  /** For the next HTTP requests, in order; undefined lets one pass. */
  faults: Array<Fault | undefined>;
  /** What others do in the mailbox before the next HTTP requests are answered, in order. */
  meanwhile: Array<(() => unknown) | undefined>;
  /** For the next requests in batches, in order; undefined lets one pass. */
  batchFaults: Array<PartFault | undefined>;
  /** Of each HTTP request. */
  headers: IncomingHttpHeaders[];
  stop(): Promise<void>;
}

let reference: Reference | undefined;

export async function startGraph(options: GraphOptions): Promise<GraphServer> {
  const dir = mkdtempSync(join(tmpdir(), 'graph-'));
  const { ca, certFile, keyFile } = options.certificate ?? issueCertificate(dir);
  const certificate = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  const mailboxes = new Map<string, ExchangeMailbox>();
  const sockets = new Set<Socket>();
  const concurrency = new Concurrency();

  const mailbox =
    options.mailboxes ??
    ((address: string): ExchangeMailbox => {
      const key = address.toLowerCase();
      const found = mailboxes.get(key) ?? new ExchangeMailbox(address);
      mailboxes.set(key, found);
      return found;
    });
  const server = createServer(certificate, (request: IncomingMessage, response: ServerResponse) => {
    desk.answer(request, response).catch((error: Error) => {
      state.problems.push(error.stack ?? error.message);
      response.destroy();
    });
  });
  server.on('secureConnection', (socket) => {
    state.connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  const port = await listen(server);
  const url = `https://localhost:${(await options.front?.(port)) ?? port}`;
  const state: GraphServer = {
    ...{ url, ca, mailbox, sent: [], requests: [], calls: [], connections: 0, problems: [], faults: [] },
    meanwhile: [],
    ...{ batchFaults: [], headers: [] },
    get mostAtOnce() {
      return concurrency.most;
    },
    open: () => sockets.size,
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true });
    },
  };
  const { delay = async () => await Promise.resolve() } = options;
  const serving: Serving = {
    ...{ mailbox, concurrency, origin: url, login: options, calls: state.calls },
    reference: (reference ??= new Reference()),
    links: new Links(url),
    uploads: new UploadSessions(),
    bodies: options.bodies ?? 'stored',
    permanentDelete: options.permanentDelete ?? true,
    pageSize: options.pageSize ?? Infinity,
    delay: typeof delay === 'number' ? async () => await sleep(delay) : delay,
    send: (message) => state.sent.push(message),
    note: (problem) => state.problems.push(problem),
  };
  const desk = new GraphDesk(state, serving);
  return state;
}

import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { issueCertificate, type ServerCertificate } from '../authority';
import type { Account } from '../ntlm';
import { listen } from '../ports';
import { withoutBcc } from './compose';
import { answersTo, type DirectoryEntry } from './directory';
import type { Receipt, World } from './ews-calls';
import { damageIn, INTERNAL, internalFault, misbehave, refused, type Damage, type Fault } from './ews-faults';
import { EwsLogin, type Owner } from './ews-login';
import { answerSoap, schemaFault, versionIn } from './ews-soap';
import { Subscriptions } from './ews-subscriptions';
import { ExchangeMailbox } from './mailbox';
import { EwsSchema } from './schema';

export type { Fault } from './ews-faults';

export const EWS_PATH = '/EWS/Exchange.asmx';

export interface EwsOptions {
  /** Who may log in with a password; each has a mailbox. */
  accounts?: readonly Account[];
  /** Says whose an access token is: a user, or an app that may impersonate anybody. */
  introspect?: (token: string) => Promise<Owner | undefined>;
  certificate?: ServerCertificate;
  /** Whether NTLM has to be bound to the TLS connection; by default it has. */
  channelBinding?: boolean;
  version?: string;
  /** The organization's address book, beside the mailboxes. */
  directory?: readonly DirectoryEntry[];
  /** EwsFindCountLimit of the throttling policy: the most that one search gives, whatever was asked for. */
  findLimit?: number;
  /** The most items of a conversation that it gives, of which it says nothing. By default all. */
  conversationLimit?: number;
}

/** A server that speaks EWS as Exchange does, with real mailboxes behind it. */
export interface EwsServer {
  url: string;
  origin: string;
  ca: string;
  mailbox(address: string): ExchangeMailbox;
  /** What was sent, as recipients get it. */
  sent: Array<{ from: string; raw: Buffer }>;
  /** What the mailboxes told the senders of their messages. */
  receipts: Receipt[];
  /** The operation of each request, in order. */
  operations: string[];
  /** TLS connections so far. */
  connections: number;
  /** Connections open now. */
  open(): number;
  /** Cuts every connection. */
  dropConnections(): void;
  /** What the schema has against a request or a reply: always empty where everybody does it right. */
  problems: string[];
  /** For the next requests, in order. */
  faults: Fault[];
  /** The ids of messages that it cannot give. */
  damaged: Map<string, Damage>;
  /** What others do in the mailbox before the next requests are answered, in order. */
  meanwhile: Array<(() => unknown) | undefined>;
  requests: IncomingMessage[];
  /** Of the requests, after the login. */
  bodies: string[];
  stop(): Promise<void>;
}

let schema: Promise<EwsSchema> | undefined;

export async function startEws(options: EwsOptions = {}): Promise<EwsServer> {
  const held = await (schema ??= EwsSchema.load());
  const dir = mkdtempSync(join(tmpdir(), 'ews-'));
  const { ca, certFile, keyFile } = options.certificate ?? issueCertificate(dir);
  const certificate = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  const login = new EwsLogin(options, new X509Certificate(certificate.cert).raw);
  const mailboxes = new Map<string, ExchangeMailbox>();
  const sockets = new Set<Socket>();

  const mailbox = (address: string): ExchangeMailbox => {
    const key = address.toLowerCase();
    const found = mailboxes.get(key) ?? new ExchangeMailbox(address);
    mailboxes.set(key, found);
    return found;
  };
  const deliver = async (raw: Buffer, from: string) => {
    state.sent.push({ from, raw: withoutBcc(raw) });
    await Promise.resolve();
  };
  const directory = (): DirectoryEntry[] => [
    ...(options.directory ?? []),
    ...[...mailboxes.values()]
      .filter(({ address }) => !options.directory?.some((entry) => answersTo(entry, address)))
      .map(({ address }) => ({ name: nameOf(address), address })),
  ];
  const subscriptions = new Subscriptions();
  const world = (): World => ({
    ...{ send: deliver, receipts: state.receipts, directory: directory(), subscriptions },
    findLimit: options.findLimit ?? 1000,
    conversationLimit: options.conversationLimit ?? Infinity,
    lookUp: (address) => options.directory?.find((entry) => entry.address === address.toLowerCase()),
  });
  const checked = (what: string, xml: string): string | undefined => {
    const problem = held.problem(xml)?.trim();
    if (problem) state.problems.push(`${what}: ${problem}\n${xml.slice(0, 2000)}`);
    return problem;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const owner = await login.owner(request, response);
    if (!owner) return;
    state.requests.push(request);
    state.bodies.push(body);
    const problem = checked('request', body);
    await state.meanwhile.shift()?.();
    const fault = state.faults.shift();
    // Refused before anything is done.
    if (fault && (fault.kind === 'busy' || fault.kind === 'throttled' || fault.kind === 'status')) {
      return misbehave(fault, request, response, '');
    }
    const damage = damageIn(body, state.damaged);
    if (!fault && damage.includes('all')) {
      state.operations.push('GetItem');
      response.writeHead(500, { 'content-type': 'text/xml; charset=utf-8' }).end(internalFault());
      return;
    }
    const soap = problem ? undefined : held.parse(body);
    const { operation, reply, status, stream } = soap
      ? await answerSoap(soap, owner, {
          mailbox,
          mailboxes: () => mailboxes.values(),
          world: world(),
          anchor: String(request.headers['x-anchormailbox'] ?? ''),
          version: options.version ?? versionIn(soap) ?? 'Exchange2016',
          refuse: (index) =>
            fault?.kind === 'within' ? refused(fault, index) : damage[index] && refused(INTERNAL, index),
        })
      : schemaFault('', problem!);
    state.operations.push(operation);
    if (fault && fault.kind !== 'within') return misbehave(fault, request, response, reply);
    response.writeHead(status, { 'content-type': 'text/xml; charset=utf-8' });
    if (stream) return await pour(stream, operation, response);
    // A fault is SOAP's own, of which the schema knows nothing.
    if (status === 200) checked(`reply to ${operation}`, reply);
    response.end(reply);
  };
  const pour = async (
    stream: (signal: AbortSignal) => AsyncIterable<string>,
    operation: string,
    response: ServerResponse,
  ) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    for await (const body of stream(gone.signal)) {
      // Exchange writes m:Notification, and clients look for that, where its own schema has t:Notification.
      checked(`reply to ${operation}`, body.replace(/(<\/?)m:Notification>/g, '$1t:Notification>'));
      response.write(body);
    }
    response.end();
  };

  const server = createServer(certificate, (request, response) => {
    answer(request, response).catch((error: Error) => {
      state.problems.push(error.stack ?? error.message);
      response.writeHead(500).end();
    });
  });
  server.on('secureConnection', (socket) => {
    state.connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  const port = await listen(server);
  const state: EwsServer = {
    url: `https://localhost:${port}${EWS_PATH}`,
    origin: `https://localhost:${port}`,
    ca,
    mailbox,
    sent: [],
    receipts: [],
    operations: [],
    connections: 0,
    open: () => sockets.size,
    dropConnections: () => sockets.forEach((socket) => socket.destroy()),
    problems: [],
    faults: [],
    damaged: new Map(),
    meanwhile: [],
    requests: [],
    bodies: [],
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true });
    },
  };
  return state;
}

const nameOf = (address: string): string => {
  const [local = ''] = address.split('@');
  return local.charAt(0).toUpperCase() + local.slice(1);
};

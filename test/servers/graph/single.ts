import type { ExchangeMailbox } from '../exchange/mailbox';
import type { Call, Json, Reply, Single, World } from './call';
import type { Concurrency } from './concurrency';
import { AgainstReference, badRequest, GraphError, type RequestIds } from './errors';
import { replyOf } from './faults';
import { HANDLERS } from './handlers';
import { mailboxFor, placeOf, type LoginOptions, type Owner, type Place } from './login';
import type { Links } from './links';
import { splitUrl } from './options';
import type { Found } from './reference';

/** What a server needs to answer requests, and keeps of them. */
export interface Serving extends World {
  login: LoginOptions;
  mailbox(address: string): ExchangeMailbox;
  concurrency: Concurrency;
  links: Links;
  /** What each request waits for. */
  delay: () => Promise<unknown>;
  calls: string[];
}

/** A request with its URL taken apart. */
interface Asked {
  request: Single;
  place: Place;
  query: Map<string, string>;
}

/** Answers one request, alone or in a batch: never throws what is the client's fault, but says so. */
export async function answerSingle(
  request: Single,
  owner: Owner,
  serving: Serving,
  ids: RequestIds,
): Promise<Reply> {
  serving.calls.push(callName(request, serving));
  return await answerPlaced(request, owner, serving).catch((error: unknown) => {
    if (!(error instanceof GraphError)) throw error;
    const unexpected = error instanceof AgainstReference || error.code === 'ApplicationThrottled';
    if (unexpected) serving.note(`${request.method} ${request.url}: ${error.message}`);
    return replyOf(error, ids);
  });
}

async function answerPlaced(request: Single, owner: Owner, serving: Serving): Promise<Reply> {
  const [path, search] = splitUrl(request.url);
  const asked = { request, place: placeOf(path), query: new Map(new URLSearchParams(search)) };
  const mailbox = mailboxFor(asked.place, owner, serving.login, serving.mailbox);
  return await serving.concurrency.within(mailbox.address, () => answer(asked, mailbox, serving));
}

async function answer(asked: Asked, mailbox: ExchangeMailbox, serving: Serving): Promise<Reply> {
  await serving.delay();
  const { request, place } = asked;
  const found = serving.reference.find(request.method, place.path);
  const call = callOf(asked, found, mailbox, serving);
  const handler = HANDLERS[nameOf(found)];
  if (!handler) throw unable(nameOf(found));
  const reply = await handler(call);
  if (reply.body && !Buffer.isBuffer(reply.body)) {
    for (const problem of serving.reference.replyProblems(found, reply.body)) {
      serving.note(`reply to ${nameOf(found)}: ${problem}`);
    }
  }
  return reply;
}

const nameOf = ({ operation: { method, path } }: Found): string => `${method.toUpperCase()} ${path}`;

/** The request as the reference has it, or as it was sent where that does not know it. */
export function callName({ method, url }: Pick<Single, 'method' | 'url'>, { reference }: Serving): string {
  const [path] = splitUrl(url);
  try {
    return nameOf(reference.find(method, placeOf(path).path));
  } catch {
    return `${method} ${path}`;
  }
}

function callOf(asked: Asked, found: Found, mailbox: ExchangeMailbox, serving: Serving): Call {
  const { request, query } = asked;
  // Of a page's link only its maker knows what is in it.
  const options = serving.links.made(request.url) ? without(query, ['$skiptoken', '$deltatoken']) : query;
  serving.reference.checkQuery(found, options);
  for (const name of options.keys()) {
    if (!SUPPORTED.includes(name)) throw unable(name);
  }
  const prefer = (request.headers.prefer ?? '').split(',').map((one) => one.trim().replaceAll('"', ''));
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const json = serving.reference.canonical(found, jsonIn(request.body, contentType));
  if (contentType !== 'text/plain') serving.reference.checkRequest(found, json);
  const [maxPageSize] = prefer.flatMap((one) => /^odata\.maxpagesize=(\d+)$/.exec(one)?.[1] ?? []);
  return {
    ...{ mailbox, ids: found.ids, query, contentType, json, body: request.body, world: serving },
    immutable: prefer.includes('IdType=ImmutableId'),
    maxPageSize: maxPageSize === undefined ? undefined : Number(maxPageSize),
    prefersText: prefer.includes('outlook.body-content-type=text'),
    pageUrl: (parameters) => serving.links.make(request.url, parameters),
  };
}

const unable = (what: string) =>
  new AgainstReference(501, 'NotImplemented', `The tests' Graph cannot do ${what}.`);

const SUPPORTED = [
  ...['$select', '$expand', '$filter', '$orderby', '$search', '$top', '$skip', '$count'],
  ...['includeHiddenFolders', 'changeType'],
];

function without(query: ReadonlyMap<string, string>, names: readonly string[]): Map<string, string> {
  return new Map([...query].filter(([key]) => !names.includes(key)));
}

function jsonIn(body: Buffer, contentType: string): Json {
  if (body.length === 0 || contentType === 'text/plain') return {};
  if (contentType !== 'application/json') {
    const message = `The content type ${contentType} is not supported.`;
    throw new AgainstReference(415, 'UnsupportedMediaType', message);
  }
  try {
    const json = JSON.parse(body.toString()) as unknown;
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Json;
  } catch {
    // Said below.
  }
  throw badRequest(
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  );
}

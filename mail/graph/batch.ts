import { MailError, isMailError } from '../errors';
import { BACK_OFF, BusyWaits, pause, tooBusy } from '../exchange/busy';
import { afterLoss, unanswered } from '../exchange/batch-result';
import { retryAfter } from '../net/https-reply';

import { JSON_BODY, isChange, preferences, type Call } from './call';
import { notGraph } from './errors';
import { errorOf, faultOf, isBusy } from './refusals';
import type { GraphRequests } from './requests';

interface Part {
  id: string;
  status: number;
  headers?: Record<string, unknown>;
  body?: unknown;
}

/** `GraphApi.batch` (https://learn.microsoft.com/graph/json-batching). */
export async function runBatch<T>(api: GraphRequests, calls: readonly Call[]): Promise<Array<T | MailError>> {
  const results = new Map<Call, T | MailError>();
  const waits = new BusyWaits();
  let left = [...calls];
  for (let attempt = 1; left.length > 0; attempt++) {
    const parts = await post(api, left).catch((error: unknown) => {
      if (!isMailError(error) || results.size === 0) throw error;
      return error;
    });
    const again: Part[] = [];
    left = left.filter((call) => {
      const part = isMailError(parts) ? parts : (parts.get(call) ?? missing(api, call));
      if (!isMailError(part) && mayBeRepeated(call, part, attempt)) return again.push(part) > 0;
      results.set(call, resultOf<T>(api, call, part));
      return false;
    });
    if (again.some(({ status }) => status === 401)) api.transport.refuseToken();
    const failure = await waitFor(api, again, waits);
    for (const call of failure ? left.splice(0) : []) results.set(call, failure!);
  }
  return calls.map((call) => results.get(call)!);
}

async function post(api: GraphRequests, calls: readonly Call[]): Promise<Map<Call, Part>> {
  const requests = calls.map(({ method, path, body, prefer }, index) => ({
    ...{ id: String(index), method, url: api.root + path },
    headers: { Prefer: preferences(prefer), ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body }),
  }));
  const { responses } = await api.json<{ responses?: Part[] }>({
    ...{ method: 'POST', path: '/$batch', headers: JSON_BODY },
    ...{ changes: calls.some(isChange), count: calls.length },
    body: JSON.stringify({ requests }),
  });
  if (!Array.isArray(responses)) throw notGraph(api.context.graph.url);
  // What has no status says nothing about its request.
  const answers = responses.filter(({ status }) => typeof status === 'number');
  return new Map(answers.map((part) => [calls[Number(part.id)]!, part]));
}

function resultOf<T>({ context }: GraphRequests, call: Call, part: Part | MailError): T | MailError {
  if (isMailError(part)) return isChange(call) ? afterLoss(part) : part;
  const { status, body } = part;
  if (status >= 200 && status < 300)
    return isChange(call) || isObject(body) ? (body as T) : notGraph(context.graph.url);
  const challenge = headerOf(part, 'www-authenticate');
  return errorOf(faultOf(status, body, challenge), isChange(call), context);
}

/** The error for a request that is missing in the reply. */
const missing = ({ context }: GraphRequests, call: Call): MailError =>
  isChange(call) ? unanswered() : notGraph(context.graph.url);

/** Requests that Graph did not process: it was too busy, or needs a new token, which is tried once. */
const mayBeRepeated = (call: Call, { status, body }: Part, attempt: number): boolean =>
  status === 401 ? attempt === 1 : isBusy(faultOf(status, body), isChange(call));

/** @returns the error, if a retry is useless */
async function waitFor(
  { context, transport }: GraphRequests,
  parts: readonly Part[],
  waits: BusyWaits,
): Promise<MailError | undefined> {
  const busy = parts.filter(({ status }) => status !== 401);
  if (busy.length === 0) return undefined;
  const wait = waits.next(Math.max(...busy.map(backOff)));
  if (wait === undefined) return tooBusy(context.graph.url.host);
  return await pause(wait, transport.closeSignal).then(
    () => undefined,
    (error: MailError) => error,
  );
}

const backOff = (part: Part): number => retryAfter(headerOf(part, 'retry-after')) ?? BACK_OFF;

/** @param lower the header's name in lower case */
function headerOf({ headers = {} }: Part, lower: string): string | undefined {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === lower) ?? [];
  // Within JSON, a number of seconds may be one.
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

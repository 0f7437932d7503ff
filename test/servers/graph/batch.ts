import Ajv from 'ajv';

import type { Json, Reply, Single } from './call';
import { badRequest, errorBody, GraphError, type RequestIds } from './errors';

/** One request of a batch (learn.microsoft.com/graph/json-batching). */
interface Part {
  id: string;
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: unknown;
  dependsOn?: string[];
}

const SHAPE = new Ajv().compile<{ requests: Part[] }>({
  type: 'object',
  required: ['requests'],
  additionalProperties: false,
  properties: {
    requests: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['id', 'method', 'url'],
        additionalProperties: false,
        properties: {
          id: { type: 'string', minLength: 1 },
          method: { enum: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] },
          url: { type: 'string', pattern: '^/(?!v1\\.0/)' },
          headers: { type: 'object', additionalProperties: { type: 'string' } },
          body: {},
          dependsOn: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  },
});

const MOST = 20;
/** Exchange serves no more at once, and Graph knows that. */
const AT_ONCE = 4;

/** The requests in a batch; refuses it as a whole where one of them is not as it has to be. */
export function partsOf(json: Json): Part[] {
  if (!SHAPE(json)) {
    const [{ instancePath = '', message = '' } = {}] = SHAPE.errors ?? [];
    throw badRequest(`Invalid batch payload format: ${instancePath} ${message}`);
  }
  const { requests } = json;
  if (requests.length > MOST) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${MOST}.`);
  }
  const ids = requests.map(({ id }) => id.toLowerCase());
  if (new Set(ids).size < ids.length) throw badRequest('Request Ids must be unique.');
  for (const { id, method, headers = {}, body, dependsOn = [] } of requests) {
    const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
    // What writes needs a body, if only {}; the documentation does not say so, but Graph does.
    if (
      ['POST', 'PATCH', 'PUT'].includes(method)
        ? !hasType || body === undefined
        : body !== undefined && !hasType
    ) {
      throw badRequest(`Write request id : ${id} does not contain Content-Type header or body.`);
    }
    const before = ids.slice(0, ids.indexOf(id.toLowerCase()));
    if (!dependsOn.every((one) => before.includes(one.toLowerCase()))) {
      throw badRequest(`Invalid dependsOn in request ${id}.`);
    }
  }
  return requests;
}

/** Answers a batch: a few requests at once, and their answers in no order that one could rely on. */
export async function answerBatch(
  parts: readonly Part[],
  answer: (request: Single) => Promise<Reply>,
  ids: RequestIds,
): Promise<Json> {
  const lanes = new Lanes(AT_ONCE);
  const answers = new Map<string, Promise<Reply>>();
  for (const part of parts) {
    const before = (part.dependsOn ?? []).map((id) => answers.get(id.toLowerCase())!);
    const work = async (): Promise<Reply> => {
      const failed = (await Promise.all(before)).some(({ status }) => status >= 400);
      return failed ? failedDependency(ids) : await lanes.run(() => answer(singleOf(part)));
    };
    answers.set(part.id.toLowerCase(), work());
  }
  const responses = await Promise.all(
    parts.map(async ({ id }) => responseOf(id, await answers.get(id.toLowerCase())!)),
  );
  return { responses: shuffled(responses) };
}

const failedDependency = (ids: RequestIds): Reply => {
  const message = 'The request depends on another one, which failed.';
  return { status: 424, body: errorBody(new GraphError(424, 'FailedDependency', message), ids) };
};

function singleOf({ method, url, headers = {}, body }: Part): Single {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  // What is not JSON comes in base64.
  const bytes =
    typeof body === 'string' ? Buffer.from(body, 'base64') : Buffer.from(JSON.stringify(body) ?? '');
  return { method, url, headers: Object.fromEntries(entries) as Single['headers'], body: bytes };
}

export const JSON_TYPE =
  'application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8';

function responseOf(id: string, { status, headers = {}, body }: Reply): Json {
  if (body === undefined) return { id, status, headers };
  if (Buffer.isBuffer(body)) return { id, status, headers, body: body.toString('base64') };
  return { id, status, headers: { 'Content-Type': JSON_TYPE, ...headers }, body };
}

/** The same every time, but never the order of the requests where there are three. */
const shuffled = <T>(list: readonly T[]): T[] => [
  ...list.filter((_, index) => index % 2 === 1).reverse(),
  ...list.filter((_, index) => index % 2 === 0),
];

/** Lets so many run at once, and the others wait. */
class Lanes {
  private readonly waiting: Array<() => void> = [];

  constructor(private free: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { answerBatch, JSON_TYPE, partsOf } from './batch';
import type { Json, Reply, Single } from './call';
import { badRequest, GraphError, type RequestIds } from './errors';
import { isRefusal, misbehave, refused, replyOf } from './faults';
import type { GraphServer } from './graph';
import { ownerOf, type Owner } from './login';
import { splitUrl } from './options';
import { answerSingle, callName, type Serving } from './single';
import { UploadSessions } from './upload';

const VERSION = '/v1.0';

/** No request may be larger (learn.microsoft.com/graph/outlook-large-attachments). */
const MAX_BODY = 4 * 1024 * 1024;

/** Takes the HTTP requests of one server. */
export class GraphDesk {
  constructor(
    private readonly state: GraphServer,
    private readonly serving: Serving,
  ) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { state } = this;
    const body = await bodyOf(request);
    state.requests.push(this.label(request));
    state.headers.push(request.headers);
    const requestId = randomUUID();
    const ids = {
      'request-id': requestId,
      'client-request-id': String(request.headers['client-request-id'] ?? requestId),
    };
    await state.meanwhile.shift()?.();
    const fault = state.faults.shift();
    const reply = fault && isRefusal(fault) ? refused(fault, ids) : await this.replyTo(request, body, ids);
    const bytes = bytesOf(reply);
    if (fault && !isRefusal(fault)) return misbehave(fault, request, response, bytes);
    const type = bytes.length > 0 && !Buffer.isBuffer(reply.body) ? { 'Content-Type': JSON_TYPE } : {};
    // A page is not from Graph, but from something before it.
    const isPage = fault?.kind === 'status' && (fault.status < 400 || !/^(?:\{|$)/.test(fault.body ?? ''));
    const own = isPage ? {} : ids;
    response.writeHead(reply.status, { ...type, ...reply.headers, ...own, 'Content-Length': bytes.length });
    response.end(bytes);
  }

  /** Notes what no request may be like, as far as that concerns all of it. */
  private async replyTo(request: IncomingMessage, body: Buffer, ids: RequestIds): Promise<Reply> {
    return await this.dispatch(request, body, ids).catch((error: unknown) => {
      if (!(error instanceof GraphError)) throw error;
      if ([400, 405, 411, 413].includes(error.status)) {
        this.serving.note(`${request.method} ${request.url}: ${error.message}`);
      }
      return replyOf(error, ids);
    });
  }

  private async dispatch(request: IncomingMessage, body: Buffer, ids: RequestIds): Promise<Reply> {
    const { method = '', url = '', headers } = request;
    if (UploadSessions.isPath(url)) return await this.upload(request, body);
    const owner = await ownerOf(headers.authorization, this.serving.login);
    if (body.length > MAX_BODY) {
      throw new GraphError(413, 'RequestEntityTooLarge', 'The request is larger than 4 MB.');
    }
    if (method === 'POST' && headers['content-length'] === undefined && !headers['transfer-encoding']) {
      throw new GraphError(411, 'LengthRequired', 'A POST needs a Content-Length.');
    }
    if (!url.startsWith(`${VERSION}/`)) throw badRequest(`Invalid version: ${url}`);
    const path = url.slice(VERSION.length);
    if (path === '/$batch') return await this.batch(request, body, owner, ids);
    const single = { method, url: path, headers: headers as Single['headers'], body };
    return await answerSingle(single, owner, this.serving, ids);
  }

  private async upload({ method = '', url = '', headers }: IncomingMessage, body: Buffer): Promise<Reply> {
    // The URL itself lets in; with a token Exchange refuses.
    if (headers.authorization) this.serving.note(`${method} to an upload URL with an Authorization header`);
    const reply = await this.serving.uploads.answer(method, url, headers['content-range'], body);
    const problems = reply.body ? this.serving.reference.problems(reply.body, 'UploadSession') : [];
    for (const problem of problems) this.serving.note(`reply to ${method} of an upload: ${problem}`);
    return reply;
  }

  private async batch(
    { method = '', headers }: IncomingMessage,
    body: Buffer,
    owner: Owner,
    ids: RequestIds,
  ): Promise<Reply> {
    if (method !== 'POST') {
      throw new GraphError(405, 'BadRequest', `Specified HTTP method is not allowed: ${method}`);
    }
    if (!headers['content-type']?.startsWith('application/json')) throw badRequest('A batch has to be JSON.');
    const parts = partsOf(parsed(body));
    const answer = async (single: Single): Promise<Reply> => {
      const fault = this.partFault(single);
      return fault ? refused(fault, ids) : await answerSingle(single, owner, this.serving, ids);
    };
    return { status: 200, body: await answerBatch(parts, answer, ids) };
  }

  private partFault(single: Single) {
    const { batchFaults } = this.state;
    const name = callName(single, this.serving);
    const index = batchFaults.findIndex((fault) => fault?.only?.test(name) ?? true);
    const [fault] = index < 0 ? [] : batchFaults.splice(index, 1);
    if (fault) this.serving.calls.push(name);
    return fault;
  }

  private label({ method = '', url = '' }: IncomingMessage): string {
    if (UploadSessions.isPath(url)) return `${method} {uploadUrl}`;
    const [path] = splitUrl(url);
    const [, prefix, user, rest] = /^(\/v1\.0)\/(me|users\/[^/]+)(\/.*)$/.exec(path) ?? [];
    if (!prefix || !user || !rest) return `${method} ${path}`;
    const [, within = rest] = callName({ method, url: `/${user}${rest}` }, this.serving).split(' ');
    return `${method} ${prefix}/${user === 'me' ? user : 'users/{id}'}${within}`;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const bytesOf = ({ body }: Reply): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(body ? JSON.stringify(body) : '');

function parsed(body: Buffer): Json {
  try {
    return JSON.parse(body.toString()) as Json;
  } catch {
    throw badRequest('Invalid batch payload format.');
  }
}

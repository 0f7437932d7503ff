import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Reply } from './call';
import { errorBody, GraphError, retryAfter, throttled, type RequestIds } from './errors';

/** A refusal, before anything is done. */
export type Refusal =
  | { kind: 'throttled'; retryAfter?: number }
  | { kind: 'unavailable'; retryAfter?: number }
  | { kind: 'status'; status: number; body?: string; headers?: Record<string, string> }
  /** In Graph's own words. */
  | { kind: 'error'; status: number; code: string };

/** What the server does in place of an answer, once for each; what is no refusal comes after the work is done. */
export type Fault =
  | Refusal
  | { kind: 'drop' }
  | { kind: 'dropInBody' }
  | { kind: 'stall' }
  | { kind: 'rubbish'; body: string };

/** The same for a request in a batch: for the first one that is meant, as `calls` has it. */
export type PartFault = Refusal & { only?: RegExp };

export const isRefusal = (fault: Fault): fault is Refusal =>
  ['throttled', 'unavailable', 'status', 'error'].includes(fault.kind);

export function refused(fault: Refusal, ids: RequestIds): Reply {
  switch (fault.kind) {
    case 'throttled':
      return replyOf(throttled('TooManyRequests', 'Too many requests.', fault.retryAfter), ids);
    case 'unavailable': {
      const message = 'The service is temporarily unavailable. Please try again later.';
      return replyOf(new GraphError(503, 'ServiceUnavailable', message, retryAfter(fault.retryAfter)), ids);
    }
    case 'error':
      return replyOf(new GraphError(fault.status, fault.code, `It was refused: ${fault.code}.`), ids);
    case 'status':
      return {
        status: fault.status,
        // A proxy in between answers what it likes.
        headers: {
          'Content-Type': fault.body?.startsWith('{') ? 'application/json' : 'text/html',
          ...fault.headers,
        },
        body: Buffer.from(fault.body ?? ''),
      };
  }
}

export const replyOf = (error: GraphError, ids: RequestIds): Reply => ({
  status: error.status,
  headers: { ...error.headers },
  body: errorBody(error, ids),
});

export function misbehave(
  fault: Exclude<Fault, Refusal>,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  switch (fault.kind) {
    case 'drop':
      request.socket.destroy();
      return;
    case 'dropInBody':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length + 1 });
      response.write(body.subarray(0, Math.ceil(body.length / 2)), () => request.socket.destroy());
      return;
    case 'rubbish':
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(fault.body);
      return;
    case 'stall':
  }
}

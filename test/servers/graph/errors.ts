/** What Graph says of a request that it cannot serve (learn.microsoft.com/graph/errors). */
export class GraphError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** A request that the reference does not know: the client's mistake, and never only refused. */
export class AgainstReference extends GraphError {}

export interface RequestIds {
  'request-id': string;
  'client-request-id': string;
}

export const errorBody = ({ code, message }: GraphError, ids: RequestIds) => ({
  error: { code, message, innerError: { date: new Date().toISOString().slice(0, 19), ...ids } },
});

export const notFound = (): GraphError =>
  new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

export const badRequest = (message: string, code = 'BadRequest'): GraphError =>
  new GraphError(400, code, message);

/** When to come again, where the answer says so. */
export const retryAfter = (seconds: number | undefined): Record<string, string> =>
  seconds === undefined ? {} : { 'Retry-After': String(seconds) };

/** More than a mailbox serves at once, or than Graph serves an app. */
export const throttled = (code: string, message: string, seconds?: number): GraphError =>
  new GraphError(429, code, message, retryAfter(seconds));

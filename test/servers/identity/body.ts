import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** A request whose path has been changed to the provider's own. */
export type Rewritten = IncomingMessage & { askedUrl?: string };

export const readForm = async (request: IncomingMessage): Promise<URLSearchParams> =>
  new URLSearchParams((await buffer(request)).toString());

/** The request once more, for a reader that comes after the first: a stream can be read only once. */
export function again(request: Rewritten, form: URLSearchParams): IncomingMessage {
  const body = Buffer.from(form.toString());
  const { method, url, askedUrl, socket, httpVersion } = request;
  const headers = { ...request.headers, 'content-length': String(body.length) };
  delete headers['transfer-encoding'];
  const copy = Object.assign(Readable.from([body], { objectMode: false }), {
    method,
    url,
    askedUrl,
    socket,
    httpVersion,
    headers,
  });
  return copy as unknown as IncomingMessage;
}

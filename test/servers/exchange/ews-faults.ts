import type { IncomingMessage, ServerResponse } from 'node:http';

import { EwsError } from './ews-error';

/** What the server does in place of an answer, once for each. */
export type Fault =
  | { kind: 'busy'; backOff: number }
  | { kind: 'throttled'; retryAfter: number }
  | { kind: 'status'; status: number; body?: string; headers?: Record<string, string> }
  | { kind: 'drop' }
  | { kind: 'dropInBody' }
  | { kind: 'stall' }
  | { kind: 'rubbish'; body: string }
  | Within;

/** An answer of 200 in which single things are refused. */
export interface Within {
  kind: 'within';
  code: string;
  message?: string;
  /** The numbers of the things, from 0; absent for all. */
  at?: readonly number[];
  backOff?: number;
  responseClass?: 'Error' | 'Warning';
}

/** What becomes of a request for a damaged message: it is refused among the others, or all of them are. */
export type Damage = 'one' | 'all';

/** The damage of the messages that a GetItem asks for, in order. */
export const damageIn = (soap: string, damaged: ReadonlyMap<string, Damage>): Array<Damage | undefined> =>
  /<m:GetItem>/.test(soap)
    ? [...soap.matchAll(/<t:ItemId Id="([^"]*)"/g)].map(([, id = '']) => damaged.get(id))
    : [];

/** As Exchange answers for a message that it cannot read from its store. */
export const INTERNAL: Within = {
  ...{ kind: 'within', code: 'ErrorInternalServerError' },
  message: 'An internal server error occurred. The operation failed.',
};

/** What of a request is refused, by the number of the thing. */
export function refused(
  { code, message, at, backOff, responseClass }: Within,
  index: number,
): EwsError | undefined {
  if (at && !at.includes(index)) return undefined;
  return new EwsError(code, message ?? `The request was refused with ${code}.`, backOff, responseClass);
}

export function misbehave(
  fault: Exclude<Fault, Within>,
  request: IncomingMessage,
  response: ServerResponse,
  reply: string,
): void {
  switch (fault.kind) {
    case 'busy':
      response.writeHead(500, { 'content-type': 'text/xml; charset=utf-8' }).end(busy(fault.backOff));
      return;
    case 'throttled':
      response.writeHead(503, { 'retry-after': String(fault.retryAfter) }).end();
      return;
    case 'status':
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    case 'drop':
      request.socket.destroy();
      return;
    case 'dropInBody':
      response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8', 'content-length': reply.length });
      response.write(reply.slice(0, reply.length / 2), () => request.socket.destroy());
      return;
    case 'rubbish':
      response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(fault.body);
      return;
    case 'stall':
  }
}

/** The same, if the request fails as a whole. */
export const internalFault = (): string =>
  busy(0)
    .replaceAll('ErrorServerBusy', INTERNAL.code)
    .replaceAll('The server cannot service this request right now. Try again later.', INTERNAL.message ?? '')
    .replace(/<t:MessageXml[^]*?<\/t:MessageXml>/, '');

/** As Exchange says it ([MS-OXWSCDATA] section 2.2.3.2). */
const busy = (backOff: number): string =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:ErrorServerBusy</faultcode><faultstring xml:lang="en-US">The server cannot service this request right now. Try again later.</faultstring><detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">ErrorServerBusy</e:ResponseCode><e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">The server cannot service this request right now. Try again later.</e:Message><t:MessageXml xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:Value Name="BackOffMilliseconds">${backOff}</t:Value></t:MessageXml></detail></s:Fault></s:Body></s:Envelope>`;

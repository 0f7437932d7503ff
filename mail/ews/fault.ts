import type { IncomingMessage } from 'node:http';

import { faultBody, retryAfter } from '../net/https-reply';

/** A server's error response. */
export interface Fault {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
  /** A ResponseCodeType of the schema, if Exchange itself responded. */
  code?: string;
  /** Milliseconds to wait, from ErrorServerBusy ([MS-OXWSCDATA] section 2.2.3.2). */
  backOff?: number;
  /** Milliseconds (RFC 9110 section 10.2.3). */
  retryAfter?: number;
}

export async function readFault(reply: IncomingMessage): Promise<Fault> {
  const body = await faultBody(reply);
  const { statusCode: status = 0, headers } = reply;
  return {
    status,
    headers,
    body,
    ...soapFault(body),
    retryAfter: retryAfter(headers['retry-after'], headers.date),
  };
}

/** The structured parts of a SOAP fault. Its texts are left out, because they may contain anything. */
export function soapFault(body: string): Pick<Fault, 'code' | 'backOff'> {
  if (!/<(?:\w+:)?Fault\b/.test(body)) return {};
  const code = /<(?:\w+:)?ResponseCode\b[^<>]*>\s*(\w{1,100})\s*</.exec(body)?.[1];
  const faultCode = /<faultcode\b[^<>]*>\s*(?:\w+:)?(\w{1,100})\s*</.exec(body)?.[1];
  return { code: code ?? faultCode, backOff: backOffIn(body) };
}

/** Milliseconds that a busy server asks to wait, in a fault or in a reply ([MS-OXWSCDATA] section 2.2.3.2). */
export function backOffIn(xml: string): number | undefined {
  const [, backOff] = /\bName="BackOffMilliseconds"\s*>\s*(\d{1,9})\s*</.exec(xml) ?? [];
  return backOff === undefined ? undefined : Number(backOff);
}

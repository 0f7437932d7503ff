import { randomBytes } from 'node:crypto';

/** How a connection fails. */
export const FAULTS = ['reset', 'fin', 'silence', 'stall', 'drip', 'garbage', 'bye', 'tlsBreak'] as const;
export type Fault = (typeof FAULTS)[number];

/** Before the server hears the command, in place of its answer, or in the middle of the answer. */
export const MOMENTS = ['before', 'answer', 'middle'] as const;
export type Moment = (typeof MOMENTS)[number];

/** What makes sense: half an answer is what a stall and a drip are about, and a garbled command is the server's affair. */
const MOMENTS_OF: Readonly<Record<Fault, readonly Moment[]>> = {
  reset: ['before', 'answer', 'middle'],
  fin: ['before', 'answer', 'middle'],
  silence: ['before', 'answer'],
  stall: ['middle'],
  drip: ['answer'],
  garbage: ['answer', 'middle'],
  bye: ['before', 'answer'],
  tlsBreak: ['before', 'answer', 'middle'],
};

export interface Injection {
  fault: Fault;
  moment: Moment;
}

export const INJECTIONS: readonly Injection[] = FAULTS.flatMap((fault) =>
  MOMENTS_OF[fault].map((moment) => ({ fault, moment })),
);

/** What speaks on the wire, and so how it says goodbye. */
export type Wire = 'imap' | 'pop3' | 'smtp' | 'http';

export const GOODBYES: Readonly<Record<Wire, string>> = {
  imap: '* BYE Shutting down\r\n',
  pop3: '-ERR [SYS/TEMP] Shutting down\r\n',
  smtp: '421 4.3.2 Shutting down\r\n',
  http: 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
};

/** What no protocol says. */
export const garbage = (): Buffer => Buffer.concat([randomBytes(200), Buffer.from('\r\n\r\n')]);

import type { IncomingMessage } from 'node:http';

import { MailError } from '../errors';
import { timeIsUp } from '../async/deadline';
import { httpsError, knownHostRemedies } from '../net/https-error';
import { httpsServer } from '../net/host-and-port';
import { networkTemplates } from '../net/network-errors';

const NETWORK = networkTemplates({
  protocol: 'a Microsoft Graph',
  prefix: 'Graph ',
  tlsPort: 443,
  startTlsPort: 443,
});

/** The host is Microsoft's and cannot be changed in the credential. */
const REMEDIES = knownHostRemedies('Microsoft Graph');

/** For any error that Node threw. */
export const toMailError = (error: unknown, url: URL): MailError =>
  httpsError(error, httpsServer(url), NETWORK, REMEDIES);

/** The login timed out. */
export const lateLogin = (url: URL): MailError => toMailError(timeIsUp(), url);

/**
 * Whether the response is from someone else, such as a proxy with a login page: every response from Graph contains the
 * id of its request (https://learn.microsoft.com/graph/errors).
 */
export const isNotFromGraph = ({ headers, statusCode = 0 }: IncomingMessage): boolean =>
  headers['request-id'] === undefined &&
  (isElsewhere(statusCode) || /^text\/html\b/i.test(headers['content-type'] ?? ''));

/** A redirect, such as to a login page, or a proxy that wants a login (RFC 9110 sections 15.4 and 15.5.8). */
const isElsewhere = (status: number): boolean => (status >= 300 && status < 400) || status === 407;

/** The error for a response that cannot come from Graph. */
export const notGraph = ({ host }: URL): MailError =>
  new MailError(
    'NOT_A_MAIL_SERVER',
    `${host} does not answer like Microsoft Graph`,
    'Something between n8n and Microsoft answers instead, such as a proxy with a login page.',
  );

/** The same for a change that was refused there, so it did not reach Graph. */
export const notPassedOn = ({ host }: URL): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `A change was refused before it reached Microsoft Graph (${host})`,
    'Something between n8n and Microsoft refuses it, such as a proxy or a web filter. Ask the network administrator. Nothing was changed or sent.',
  );

import type { NodemailerError } from 'nodemailer/lib/errors';

/** Whether the server closed the connection properly, without accepting a message. */
export const isGoodbye = (error: unknown): boolean => (error as NodemailerError).responseCode === 421;

/** Whether a recipient was refused because there are too many of them (RFC 5321 section 4.5.3.1.10, RFC 3463 section 3.6). */
export const isOverLimit = (error: Pick<NodemailerError, 'responseCode' | 'response'>): boolean =>
  [451, 452, 552].includes(error.responseCode ?? 0) && /\b[45]\.5\.3\b|too many/i.test(answerOf(error));

export const isTimeout = (error: unknown): boolean => (error as NodemailerError).timeoutType !== undefined;

/** Whether the server refused, so that it certainly did not accept the message. */
export const hasAnswer = (error: unknown): boolean => ((error as NodemailerError).responseCode ?? 0) >= 400;

/** A server's response as one line, without the status codes of further lines (RFC 5321 section 4.2.1). */
export const answerOf = ({ response }: Pick<NodemailerError, 'response'>): string =>
  String(response ?? '')
    .replace(/\r?\n\d{3}[ -](\d\.\d{1,3}\.\d{1,3} )?/g, ' ')
    .replace(/^(\d{3})-/, '$1 ')
    .trim();

/** The server's text, otherwise nodemailer's. */
export const wordsOf = (error: NodemailerError): string =>
  answerOf(error) ||
  (error.timeoutType ? 'no answer came in time' : error.message || error.code || 'no reason given');

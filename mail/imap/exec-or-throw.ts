import type { ImapFlow, ImapFlowError } from 'imapflow';

import { MailError } from '../errors';

/** Part of a command, as imapflow represents it. */
export type Attribute =
  | { type: 'TEXT' | 'ATOM' | 'STRING'; value: string; sensitive?: boolean }
  | { type: 'LITERAL'; value: Buffer }
  | Attribute[];

export interface Answer {
  response?: { command?: string; attributes?: unknown[] };
  next: () => void;
}

export type Execute = (command: string, attributes: Attribute[] | false, options?: object) => Promise<Answer>;

/**
 * imapflow has methods that return `false` if the server refuses, and only log the server's text. This runs such a
 * method and throws the refusal with that text.
 *
 * @param extend returns the attributes to send instead of imapflow's
 */
export async function execOrThrow<T>(
  flow: ImapFlow,
  method: (flow: ImapFlow) => Promise<T | false | undefined>,
  extend: (attributes: Attribute[]) => Attribute[] = (attributes) => attributes,
): Promise<T> {
  let refusal: unknown;
  const { exec } = flow as unknown as { exec: Execute };
  const overheard = Object.create(flow, {
    exec: {
      value: async (command: string, attributes: Attribute[] | false, options?: object) => {
        try {
          const answer = await exec.call(flow, command, attributes && extend(attributes), options);
          if (answer.response?.command?.toUpperCase() === 'NO') throw expunged(answer);
          return answer;
        } catch (error) {
          refusal = error;
          throw error;
        }
      },
    },
  }) as ImapFlow;
  const answer = await method(overheard);
  if (answer !== false && answer !== undefined) return answer;
  throw refusal ?? (hasGoodbye(flow) ? closing() : notDone());
}

interface Internals {
  state?: number;
  states?: { LOGOUT: number };
}

/** Whether the server said BYE (RFC 9051 section 7.1.5). imapflow then sends nothing more, but may not have closed yet. */
function hasGoodbye(flow: ImapFlow): boolean {
  const { state, states } = flow as unknown as Internals;
  return !flow.usable || (state !== undefined && state === states?.LOGOUT);
}

const closing = (): Error => Object.assign(new Error('closed by the server'), { code: 'NoConnection' });

/**
 * imapflow treats this NO as OK. That is right for a FETCH that misses some messages, but wrong for a COPY that did
 * nothing.
 */
function expunged({ next }: Answer): Error {
  next();
  const responseText = 'Some of the messages no longer exist';
  return Object.assign(new Error(responseText), { responseStatus: 'NO', responseText });
}

/** imapflow did not send the command at all. Callers that know more about the command check for this first. */
const notDone = (): MailError =>
  new MailError(
    'SERVER_REFUSED',
    'The server does not offer what this needs, or the account has no right to it in this folder',
    'Check the rights of the account, and what the mail server supports.',
  );

/** Part of the base protocol in RFC 9051, whether or not the server lists them. */
const IN_REV2 = new Set(['MOVE', 'UIDPLUS', 'IDLE', 'UNSELECT']);

/** Whether the server has an extension. */
export function offers({ capabilities, enabled }: ImapFlow, extension: string): boolean {
  const isRev2 =
    enabled.has('IMAP4REV2') || (capabilities.has('IMAP4rev2') && !capabilities.has('IMAP4rev1'));
  return capabilities.has(extension) || (isRev2 && IN_REV2.has(extension));
}

/**
 * Whether the server does not know a command that it offers (BAD, RFC 9051 section 7.1.3), so that it did nothing. From
 * then on, the extension counts as not offered on this connection.
 */
export function isUnknown({ capabilities }: ImapFlow, error: unknown, extension: string): boolean {
  const { responseStatus, code } = error as ImapFlowError;
  return responseStatus === 'BAD' && code !== 'ETHROTTLE' && capabilities.delete(extension);
}

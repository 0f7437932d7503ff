import type { ImapFlow } from 'imapflow';

import { MailError } from '../errors';

/** A part of a command, as imapflow writes them. */
export type Attribute =
  | { type: 'TEXT' | 'ATOM' | 'STRING'; value: string }
  | { type: 'LITERAL'; value: Buffer }
  | Attribute[];

export interface Answer {
  response?: { command?: string; attributes?: unknown[] };
  next: () => void;
}

export type Execute = (command: string, attributes: Attribute[] | false, options?: object) => Promise<Answer>;

/**
 * Runs one of imapflow's methods that answer `false` when the server refuses, and keep its words to their log:
 * here the refusal is thrown, with the server's words.
 *
 * @param extend gives the attributes to send in place of those that imapflow would
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
  throw refusal ?? notDone();
}

/** imapflow takes this one NO for an OK: right for a FETCH that misses some, and wrong for a COPY that did nothing. */
function expunged({ next }: Answer): Error {
  next();
  const responseText = 'Some of the messages no longer exist';
  return Object.assign(new Error(responseText), { responseStatus: 'NO', responseText });
}

/** What imapflow does not even ask the server for; whoever knows more of the command checks it before. */
const notDone = (): MailError =>
  new MailError(
    'SERVER_REFUSED',
    'The server does not offer what this needs, or the account has no right to it in this folder',
    'Check the rights of the account, and what the mail server supports.',
  );

/** RFC 9051 makes these a part of the protocol, whether the server names them or not. */
const IN_REV2 = new Set(['MOVE', 'UIDPLUS', 'IDLE', 'UNSELECT']);

/** Whether the server has an extension. */
export function offers({ capabilities, enabled }: ImapFlow, extension: string): boolean {
  const isRev2 =
    enabled.has('IMAP4REV2') || (capabilities.has('IMAP4rev2') && !capabilities.has('IMAP4rev1'));
  return capabilities.has(extension) || (isRev2 && IN_REV2.has(extension));
}

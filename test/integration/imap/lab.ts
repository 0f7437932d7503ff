import { ImapFlow } from 'imapflow';

import type { MailClient } from '../../../mail/model/client';
import { isMailError, type MailErrorCode } from '../../../mail/errors';
import { openClient } from '../../../mail/session/open-client';
import type { Timeouts } from '../../../mail/account/session-settings';
import { startDovecot, type Dovecot, type DovecotOptions } from '../../servers/dovecot';
import { deliver, mail, type Delivery } from '../../servers/mailbox';
import { startWire, type Wire } from '../../servers/wire';
import { ALICE, settingsFor } from '../fixture';

/** A Dovecot, seen through a wire that counts commands and can be cut. */
export interface ImapLab {
  dovecot: Dovecot;
  wire: Wire;
  /** Over the wire. */
  client: MailClient;
  /** Beside the wire, so that its commands do not count. */
  witness: MailClient;
  open(user?: string, timeouts?: Partial<Timeouts>): Promise<MailClient>;
  /** A folder with one message for each subject; answers their ids, oldest first. */
  fill(folder: string, subjects: readonly string[], delivery?: Partial<Delivery>): Promise<string[]>;
  /** Marks all messages of a folder as deleted, as another mail program does, and leaves them. */
  markAllDeleted(folder: string): Promise<void>;
  /** Newest first. */
  subjects(folder: string): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startImapLab(options: DovecotOptions = {}): Promise<ImapLab> {
  const dovecot = await startDovecot(options);
  const wire = await startWire(dovecot.ports.imap);
  const open = async (user = ALICE, timeouts: Partial<Timeouts> = {}) =>
    await openClient(settingsFor(dovecot, { user, port: wire.port, security: 'none', timeouts }));
  const [client, witness] = await Promise.all([open(), openClient(settingsFor(dovecot))]);
  const list = async (folder: string) => await witness.listMessages(folder, {}, { content: false }, Infinity);
  return {
    ...{ dovecot, wire, client, witness, open },
    fill: async (folder, subjects, delivery = {}) => {
      const messages = subjects.map((subject) => ({ raw: mail({ subject, text: subject }), ...delivery }));
      deliver(dovecot, ALICE, folder, messages);
      const ids = await witness.findMessages(folder, {}, subjects.length);
      return ids.reverse();
    },
    markAllDeleted: async (folder) => {
      const auth = { user: ALICE, pass: dovecot.users[ALICE]! };
      const flow = new ImapFlow({
        ...{ host: 'localhost', port: dovecot.ports.imap, secure: false, doSTARTTLS: false },
        ...{ auth, logger: false },
      });
      await flow.connect();
      await flow.mailboxOpen(folder);
      await flow.messageFlagsAdd('1:*', ['\\Deleted']);
      await flow.logout();
    },
    subjects: async (folder) => (await list(folder)).map(({ subject }) => subject),
    stop: async () => {
      await Promise.all([client.close(), witness.close()]);
      await wire.stop();
      await dovecot.stop();
    },
  };
}

export const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `n ${i + 1}`);

/** The names of the commands that some work takes. */
export async function commandsOf(wire: Wire, work: () => Promise<unknown>): Promise<string[]> {
  const before = wire.commands.length;
  await work();
  return wire.commands.slice(before).map((line) => /^(UID )?\w+/.exec(line)?.[0] ?? line);
}

/** Cuts the connections as soon as a command like this has been sent: the server gets it, and nobody hears the answer. */
export function cutAt(wire: Wire, command: RegExp): void {
  const { commands } = wire;
  commands.push = (...lines) => {
    if (lines.some((line) => command.test(line))) {
      Reflect.deleteProperty(commands, 'push');
      wire.dropAll();
    }
    return Array.prototype.push.apply(commands, lines);
  };
}

/** What became of each, as its error's code or `done`. */
export const results = (outcomes: Map<string, unknown>): (MailErrorCode | 'done')[] =>
  [...outcomes.values()].map((one) => (isMailError(one) ? one.code : 'done'));

/** All that Dovecot offers, but for these. */
export function without(...extensions: string[]): DovecotOptions {
  const offered =
    'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES MULTIAPPEND UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SPECIAL-USE LITERAL+';
  const kept = offered.split(' ').filter((extension) => !extensions.includes(extension));
  return { extraConfig: `protocol imap {\n  imap_capability = ${kept.join(' ')}\n}` };
}

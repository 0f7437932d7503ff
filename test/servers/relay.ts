import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { buffer } from 'node:stream/consumers';
import type { Dovecot } from './dovecot';
import { deliver } from './mailbox';
import { listen } from './ports';

export interface RelayedMessage {
  /** The envelope, not the header. */
  from: string;
  to: string[];
  raw: Buffer;
}

/** Each is in force until it is taken back. */
export interface RelayFaults {
  /** Recipients that are unknown here (550 5.1.1). */
  unknownRecipients: Set<string>;
  /** What is said to a whole message in place of taking it, e.g. `552 5.3.4 Message too big`. */
  refusal?: string;
  /** Reads the message and never answers. */
  hang: boolean;
  /** Hangs up in the middle of a message. */
  closeInData: boolean;
}

export interface Relay {
  port: number;
  messages: RelayedMessage[];
  faults: RelayFaults;
  /** Whoever of the recipients has a mailbox there finds the message in it from now on. */
  deliverTo(dovecot: Dovecot): void;
  stop(): Promise<void>;
}

/** The mail server next in line: it takes messages from everybody on loopback, and keeps them. */
export async function startRelay(options: { deliverTo?: Dovecot } = {}): Promise<Relay> {
  let { deliverTo } = options;
  const messages: RelayedMessage[] = [];
  const faults: RelayFaults = { unknownRecipients: new Set(), hang: false, closeInData: false };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    onRcptTo: ({ address }, _, done) => {
      if (faults.unknownRecipients.has(address)) done(refuse(`550 5.1.1 <${address}> User unknown`));
      else done();
    },
    onData: (stream, { envelope }, done) => {
      if (faults.closeInData) return hangUp(stream);
      void buffer(stream).then((raw) => {
        if (faults.hang) return;
        if (faults.refusal) return done(refuse(faults.refusal));
        const from = (envelope.mailFrom && envelope.mailFrom.address) || '';
        const message = { from, to: envelope.rcptTo.map(({ address }) => address), raw };
        messages.push(message);
        if (deliverTo) deliverLocally(deliverTo, message);
        done();
      });
    },
  });
  // A client that hangs up is no fault of ours.
  server.on('error', () => undefined);
  return {
    port: await listen(server.server),
    messages,
    faults,
    deliverTo: (dovecot) => {
      deliverTo = dovecot;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function deliverLocally(dovecot: Dovecot, { to, raw }: RelayedMessage): void {
  for (const user of to) if (user in dovecot.users) deliver(dovecot, user, 'INBOX', [raw]);
}

/** An SMTP reply, e.g. `550 5.1.1 User unknown`, as the error that the library makes it from. */
export function refuse(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
}

const hangUp = (stream: SMTPServerDataStream) => {
  stream.once('data', () => stream.destroy());
};

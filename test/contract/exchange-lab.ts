import type { MailClient } from '../../mail/model/client';
import type { Delivery } from '../servers/mailbox';
import type { MailLab } from './lab';

/** The address that the tests' mailbox is at. */
export const ADA = 'ada@example.test';

/** A server of the tests with mailboxes of Exchange's behind it, which holds what it sees to what is published. */
interface ExchangeServer {
  mailbox(address: string): {
    deliver(folder: string, messages: ReadonlyArray<ReturnType<typeof toDelivery>>): Promise<unknown>;
    snapshots: { forget(): void };
  };
  /** What was not as it is published. */
  problems: string[];
  stop(): Promise<void>;
}

/** A lab over Ada's mailbox. */
export const exchangeLab = <Server extends ExchangeServer>(
  server: Server,
  open: () => Promise<MailClient>,
): MailLab & { server: Server } => ({
  server,
  inbox: 'INBOX',
  open,
  deliver: async (folder, messages) => {
    await server.mailbox(ADA).deliver(folder === 'INBOX' ? 'Inbox' : folder, messages.map(toDelivery));
  },
  loseMemory: async () => {
    server.mailbox(ADA).snapshots.forget();
    await Promise.resolve();
  },
  stop: async () => {
    await server.stop();
    if (server.problems.length > 0) throw new Error(server.problems.join('\n\n').slice(0, 5000));
  },
});

const toDelivery = ({ raw, read, flagged, receivedAt }: Delivery) => ({
  mime: raw,
  isRead: read,
  isFlagged: flagged,
  receivedAt,
});

import { openClient } from '../../mail/session/open-client';
import { ALICE, settingsFor } from '../integration/fixture';
import { startDovecot, type DovecotOptions } from '../servers/dovecot';
import { deliver, renumber } from '../servers/mailbox';
import type { MailLab } from './lab';

/** A real Dovecot, by IMAP or POP3. */
export async function startDovecotLab(
  protocol: 'imap' | 'pop3',
  options: DovecotOptions = {},
): Promise<MailLab> {
  const dovecot = await startDovecot(options);
  const port = protocol === 'imap' ? dovecot.ports.imaps : dovecot.ports.pop3s;
  return {
    inbox: 'INBOX',
    open: async () => await openClient({ ...settingsFor(dovecot, { port }), protocol } as never),
    deliver: async (folder, messages) => {
      deliver(dovecot, ALICE, folder, [...messages]);
      await Promise.resolve();
    },
    ...(protocol === 'imap' && {
      loseMemory: async (folder: string) => {
        renumber(dovecot, ALICE, folder);
        await Promise.resolve();
      },
    }),
    stop: async () => await dovecot.stop(),
  };
}

import type { MailClient } from './client';
import { ImapClient } from './imap/client';
import type { Protocol } from './providers';
import type { SessionSettings } from './session/settings';

const OPEN: Record<Protocol, (settings: SessionSettings) => Promise<MailClient>> = {
  imap: async (settings) => await ImapClient.open(settings),
};

/** Connects and logs in with the protocol that the settings name. */
export const openClient = async (settings: SessionSettings): Promise<MailClient> =>
  await OPEN[settings.protocol](settings);

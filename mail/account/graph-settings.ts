import { fingerprint } from '../fingerprint';

/** Additional settings of a Microsoft Graph session. */
export interface GraphSettings {
  /** URL including the version, such as https://graph.microsoft.com/v1.0. */
  url: URL;
  /** The mailbox to open; absent for the signed-in user's own. */
  mailbox?: string;
  /** Whether this cloud supports the action permanentDelete. */
  permanentDelete: boolean;
}

/** Settings with the same fingerprint open the same mailbox in the same way. */
export const graphFingerprint = ({ url, mailbox, permanentDelete }: GraphSettings): string =>
  fingerprint([url.href, mailbox, permanentDelete]);

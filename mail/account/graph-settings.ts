import { fingerprint } from '../fingerprint';

/** What a session over Microsoft Graph needs beside the settings of every session. */
export interface GraphSettings {
  /** Up to the version, such as https://graph.microsoft.com/v1.0. */
  url: URL;
  /** The mailbox to open; absent for that of the user who signed in. */
  mailbox?: string;
  /** Whether this cloud has the action permanentDelete. */
  permanentDelete: boolean;
}

/** Two with the same fingerprint open the same mailbox in the same way. */
export const graphFingerprint = ({ url, mailbox, permanentDelete }: GraphSettings): string =>
  fingerprint([url.href, mailbox, permanentDelete]);

import { fingerprint } from '../fingerprint';
import type { SessionSettings } from './session-settings';

/** What a session over Microsoft Graph needs beside the settings of every session. */
export interface GraphSettings {
  /** Up to the version, such as https://graph.microsoft.com/v1.0. */
  url: URL;
  /** The mailbox to open; absent for that of the user who signed in. */
  mailbox?: string;
  /** Whether this cloud has the action permanentDelete. */
  permanentDelete: boolean;
}

export type GraphSessionSettings = SessionSettings & { graph: GraphSettings };

/** Two with the same fingerprint open the same mailbox in the same way. */
export const graphFingerprint = ({ url, mailbox, permanentDelete }: GraphSettings): string =>
  fingerprint([url.href, mailbox, permanentDelete]);

/** For whoever has settings of any session. */
export function assertGraph(settings: SessionSettings): GraphSessionSettings {
  const { graph } = settings;
  if (!graph) throw new TypeError('The settings of a session over Graph have no Graph in them');
  return { ...settings, graph };
}

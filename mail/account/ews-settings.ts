import { fingerprint } from '../fingerprint';

/** Additional settings of an EWS session. */
export interface EwsSettings {
  /**
   * URL of the web service, such as https://mail.example.com/EWS/Exchange.asmx. Absent if Autodiscover should find it.
   */
  url?: URL;
  /** The email address for Autodiscover. Never from an item: it decides where a password is sent. */
  address?: string;
  /** Domain of an NTLM user; empty if the user name contains it, as in EXAMPLE\ada or ada@example.com. */
  domain?: string;
  /** The mailbox to open, if it is not the user's own. */
  mailbox?: string;
  /** Whether to impersonate the mailbox's owner, instead of using delegate access. */
  impersonate?: boolean;
  /** The schema version to request; the server may be newer. */
  version: EwsVersion;
}

/** The schema's names (ExchangeVersionType), oldest first. */
export const EWS_VERSIONS = [
  'Exchange2007_SP1',
  'Exchange2010',
  'Exchange2010_SP1',
  'Exchange2010_SP2',
  'Exchange2013',
  'Exchange2013_SP1',
  'Exchange2016',
] as const;

export type EwsVersion = (typeof EWS_VERSIONS)[number];

export const DEFAULT_EWS_VERSION: EwsVersion = 'Exchange2013_SP1';

/** Settings with the same fingerprint open the same mailbox in the same way. */
export const ewsFingerprint = ({
  url,
  address,
  domain,
  mailbox,
  impersonate,
  version,
}: EwsSettings): string => fingerprint([url?.href, address, domain, mailbox, impersonate ?? false, version]);

/** Whether a version includes the features of another one. */
export const isAtLeast = (version: EwsVersion, other: EwsVersion): boolean =>
  EWS_VERSIONS.indexOf(version) >= EWS_VERSIONS.indexOf(other);

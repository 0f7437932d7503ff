import { fingerprint } from '../fingerprint';

/** What an EWS session needs beside the settings of every session. */
export interface EwsSettings {
  /** Of the web service, such as https://mail.example.com/EWS/Exchange.asmx. Absent where it is to be found. */
  url?: URL;
  /** The email address to find the URL from. Never out of an item: it decides where a password goes. */
  address?: string;
  /** Of an NTLM user; empty where the user's name has it, as EXAMPLE\ada or ada@example.com. */
  domain?: string;
  /** The mailbox to open, where it is not the login's own. */
  mailbox?: string;
  /** Whether to act as the owner of the mailbox, and not as somebody with access to it. */
  impersonate?: boolean;
  /** The version whose words the server is to use; it may be newer. */
  version: EwsVersion;
}

/** The names of the schema (ExchangeVersionType), oldest first. */
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

/** Two with the same fingerprint open the same mailbox in the same way. */
export const ewsFingerprint = ({
  url,
  address,
  domain,
  mailbox,
  impersonate,
  version,
}: EwsSettings): string => fingerprint([url?.href, address, domain, mailbox, impersonate ?? false, version]);

/** Whether the version has what came with another one. */
export const isAtLeast = (version: EwsVersion, other: EwsVersion): boolean =>
  EWS_VERSIONS.indexOf(version) >= EWS_VERSIONS.indexOf(other);

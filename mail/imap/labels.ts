import iconv from 'iconv-lite';
import type { ImapFlow } from 'imapflow';

import { assertLabel, noLabels } from '../model/labels';
import type { Attribute } from './exec-or-throw';

/*
 * Gmail's extensions of IMAP (https://developers.google.com/workspace/gmail/imap/imap-extensions): FETCH and STORE of
 * X-GM-LABELS, and the SEARCH keys X-GM-LABELS and X-GM-RAW.
 */

export const hasLabels = ({ capabilities }: ImapFlow): boolean => capabilities.has('X-GM-EXT-1');

/** @throws {MailError} NOT_SUPPORTED */
export function assertLabels(flow: ImapFlow): void {
  if (!hasLabels(flow)) throw noLabels();
}

/** The SEARCH keys for messages with a label. @throws {MailError} NOT_SUPPORTED, INVALID_INPUT */
export function labelKeys(flow: ImapFlow, label: string): Attribute[] {
  assertLabels(flow);
  const name = assertLabel('Filter "Label"', label);
  return [
    { type: 'ATOM', value: 'X-GM-LABELS' },
    { type: 'STRING', value: name.startsWith('\\') ? name : written(flow, name) },
  ];
}

/** As a folder's name is written: in modified UTF-7 (RFC 3501 section 5.1.3), unless UTF-8 is enabled (RFC 6855). */
const written = ({ enabled }: ImapFlow, name: string): string =>
  enabled.has('UTF8=ACCEPT') || enabled.has('IMAP4REV2') ? name : iconv.encode(name, 'utf-7-imap').toString();

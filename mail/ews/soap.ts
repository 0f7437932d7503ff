import type { EwsSettings } from '../account/ews-settings';

/**
 * Escapes text for XML, in an element or an attribute. Characters that XML does not allow (XML 1.0 section 2.2) are
 * removed.
 */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // eslint-disable-next-line no-control-regex -- exactly these are meant
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '');

/** Attributes with a leading space: ` Id="…"`. Undefined ones are left out. */
const attributes = (values: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escaped(value)}"`))
    .join('');

export const itemId = (id: string, changeKey?: string): string =>
  `<t:ItemId${attributes({ Id: id, ChangeKey: changeKey })}/>`;

export const itemIds = (ids: readonly string[]): string =>
  `<m:ItemIds>${ids.map((id) => itemId(id)).join('')}</m:ItemIds>`;

/**
 * The start and end of a request: its envelope (SOAP 1.1 section 4), the user to impersonate, and the schema version.
 */
export function envelope({ version, impersonate, mailbox }: EwsSettings): [start: string, end: string] {
  const acting =
    impersonate && mailbox
      ? `<t:ExchangeImpersonation><t:ConnectingSID><t:SmtpAddress>${escaped(mailbox)}</t:SmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>`
      : '';
  return [
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">' +
      `<s:Header><t:RequestServerVersion Version="${version}"/>${acting}</s:Header><s:Body>`,
    '</s:Body></s:Envelope>',
  ];
}

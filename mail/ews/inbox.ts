/** A request that every version of EWS knows and that needs the login: GetFolder of the inbox. */
export const inboxRequest = (mailbox: string): string =>
  [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"',
    ' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"',
    ' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">',
    '<s:Header><t:RequestServerVersion Version="Exchange2007_SP1"/></s:Header>',
    '<s:Body><m:GetFolder>',
    '<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>',
    `<m:FolderIds><t:DistinguishedFolderId Id="inbox">${owner(mailbox)}</t:DistinguishedFolderId></m:FolderIds>`,
    '</m:GetFolder></s:Body></s:Envelope>',
  ].join('');

const owner = (mailbox: string): string =>
  mailbox && `<t:Mailbox><t:EmailAddress>${escaped(mailbox)}</t:EmailAddress></t:Mailbox>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * What Exchange says about the request, as a ResponseCodeType of the EWS schema: NoError, or what it could not
 * do. Undefined for what is not EWS. The texts beside the code are left out: nobody knows what is in them.
 */
export function responseCode(xml: string): string | undefined {
  if (!/<(?:\w+:)?(?:GetFolderResponseMessage|Fault)\b/.test(xml)) return undefined;
  return codeIn(xml, 'ResponseCode') ?? codeIn(xml, 'faultcode');
}

const codeIn = (xml: string, name: string): string | undefined =>
  new RegExp(`<(?:\\w+:)?${name}\\b[^<>]*>\\s*(?:\\w+:)?(\\w{1,100})\\s*<`).exec(xml)?.[1];

import { PROPERTIES, type Property } from '../exchange/properties';
import type { FetchOptions } from '../model/query';
import { isAtLeast, type EwsVersion } from '../account/ews-settings';

/** Exchange limits the work and the time for one request. */
export const BATCH = 250;

/** The XML that names a property: by the schema's name (UnindexedFieldURIType), or as an extended property. */
export function field(name: string | Property): string {
  if (!(name in PROPERTIES)) return `<t:FieldURI FieldURI="${name}"/>`;
  const [tag, type] = PROPERTIES[name as Property];
  return `<t:ExtendedFieldURI PropertyTag="${tag}" PropertyType="${type}"/>`;
}

/** An extended property with its value. */
export const extended = (name: Property, value: string | number): string =>
  `<t:ExtendedProperty>${field(name)}<t:Value>${value}</t:Value></t:ExtendedProperty>`;

/** The properties to return for each item or folder (ItemShape or FolderShape), in addition to its id. */
export const shape = (element: 'ItemShape' | 'FolderShape', fields: readonly string[]): string => {
  const additional = fields.map(field).join('');
  return `<m:${element}><t:BaseShape>IdOnly</t:BaseShape>${additional && `<t:AdditionalProperties>${additional}</t:AdditionalProperties>`}</m:${element}>`;
};

const SUMMARY = [
  ...['item:ParentFolderId', 'item:Subject', 'item:DateTimeReceived', 'item:DateTimeSent', 'item:Size'],
  ...['item:Categories', 'item:InReplyTo', 'item:IsDraft', 'item:Attachments'],
  ...['message:From', 'message:ToRecipients', 'message:CcRecipients', 'message:BccRecipients'],
  ...['message:ReplyTo', 'message:InternetMessageId', 'message:IsRead', 'flagStatus', 'lastVerb'],
  ...['fromAddress', 'senderAddress'],
];

/** The properties for a Message. Attachments are described but not read. */
export const messageShape = (version: EwsVersion, wanted: FetchOptions): string =>
  shape('ItemShape', [
    ...SUMMARY,
    isAtLeast(version, 'Exchange2010') ? 'item:ConversationId' : 'message:References',
    ...(wanted.headers ? ['item:InternetMessageHeaders'] : []),
    ...(wanted.content ? ['item:Body', 'nativeBody'] : []),
    ...(wanted.content && isAtLeast(version, 'Exchange2013') ? ['item:TextBody'] : []),
    ...(wanted.preview && !wanted.content && isAtLeast(version, 'Exchange2013') ? ['item:Preview'] : []),
  ]);

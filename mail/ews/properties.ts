import type { Wanted } from '../message/query';
import { isAtLeast, type EwsVersion } from './settings';

/** MAPI properties ([MS-OXPROPS]) that the schema has no name for, with their types. */
export const PROPERTIES = {
  /** PidTagFlagStatus: 2 is flagged, 1 is done. */
  flagStatus: ['0x1090', 'Integer'],
  /** PidTagLastVerbExecuted: 102 reply, 103 reply to all, 104 forward. */
  lastVerb: ['0x1081', 'Integer'],
  /** PidTagMessageFlags: 1 read, 8 unsent. */
  messageFlags: ['0x0e07', 'Integer'],
  /** PidTagMessageDeliveryTime. */
  deliveryTime: ['0x0e06', 'SystemTime'],
  /** PidTagNativeBody: 1 text, 2 RTF, 3 HTML. */
  nativeBody: ['0x1016', 'Integer'],
  senderName: ['0x0c1a', 'String'],
  senderAddress: ['0x5d01', 'String'],
} as const;

export type Property = keyof typeof PROPERTIES;

/** How a request names a property: by the schema's name (UnindexedFieldURIType), or as one of the above. */
export function field(name: string | Property): string {
  if (!(name in PROPERTIES)) return `<t:FieldURI FieldURI="${name}"/>`;
  const [tag, type] = PROPERTIES[name as Property];
  return `<t:ExtendedFieldURI PropertyTag="${tag}" PropertyType="${type}"/>`;
}

/** A property of the above with its value. */
export const extended = (name: Property, value: string | number): string =>
  `<t:ExtendedProperty>${field(name)}<t:Value>${value}</t:Value></t:ExtendedProperty>`;

/** What is to be told of each (ItemShape or FolderShape), beside its id. */
export const shape = (element: 'ItemShape' | 'FolderShape', fields: readonly string[]): string => {
  const additional = fields.map(field).join('');
  return `<m:${element}><t:BaseShape>IdOnly</t:BaseShape>${additional && `<t:AdditionalProperties>${additional}</t:AdditionalProperties>`}</m:${element}>`;
};

const SUMMARY = [
  ...['item:ParentFolderId', 'item:Subject', 'item:DateTimeReceived', 'item:DateTimeSent', 'item:Size'],
  ...['item:Categories', 'item:InReplyTo', 'item:IsDraft', 'item:Attachments'],
  ...['message:From', 'message:ToRecipients', 'message:CcRecipients', 'message:BccRecipients'],
  ...['message:ReplyTo', 'message:InternetMessageId', 'message:IsRead', 'flagStatus', 'lastVerb'],
];

/** What a Message is made of. Attachments are described and not read. */
export const messageShape = (version: EwsVersion, wanted: Wanted): string =>
  shape('ItemShape', [
    ...SUMMARY,
    ...(wanted.headers ? ['item:InternetMessageHeaders'] : []),
    ...(wanted.content ? ['item:Body', 'nativeBody'] : []),
    ...(wanted.content && isAtLeast(version, 'Exchange2013') ? ['item:TextBody'] : []),
  ]);

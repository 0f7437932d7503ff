import { PROPERTIES, type Property } from '../exchange/properties';
import type { MessageQuery, FetchOptions } from '../model/query';
import type { MessageResource } from './resources';

type Field = keyof MessageResource;

/** The properties to return for each message, in addition to its id. */
interface Selection {
  fields: readonly Field[];
  properties: readonly Property[];
  attachments: boolean;
}

const SUMMARY: readonly Field[] = [
  ...(['parentFolderId', 'subject', 'from', 'replyTo', 'toRecipients', 'ccRecipients'] as const),
  ...(['bccRecipients', 'internetMessageId', 'sentDateTime', 'receivedDateTime'] as const),
  ...(['conversationId', 'isRead', 'isDraft', 'flag', 'categories', 'hasAttachments'] as const),
];

/** The properties for a Message. Attachments are described but not read. */
const forMessage = ({ content, headers, preview }: FetchOptions): Selection => ({
  fields: [
    ...SUMMARY,
    ...(content ? (['body'] as const) : preview ? (['bodyPreview'] as const) : []),
    ...(headers ? (['internetMessageHeaders'] as const) : []),
  ],
  properties: ['messageSize', 'lastVerb', 'inReplyTo', ...(content ? (['nativeBody'] as const) : [])],
  attachments: true,
});

/** The properties that `matches` needs for a query. */
function forQuery(query: MessageQuery): Selection {
  const { from, to, cc, bcc, subject, body, receivedAfter, receivedBefore } = query;
  const fields: Array<[asked: unknown, field: Field]> = [
    [from, 'from'],
    [to, 'toRecipients'],
    [cc, 'ccRecipients'],
    [bcc, 'bccRecipients'],
    [subject, 'subject'],
    [body, 'body'],
    [receivedAfter ?? receivedBefore, 'receivedDateTime'],
    [query.isRead, 'isRead'],
    [query.isFlagged, 'flag'],
    [query.keyword ?? query.withoutKeyword, 'categories'],
    [query.messageId, 'internetMessageId'],
    [query.hasAttachments, 'hasAttachments'],
  ];
  const properties: Array<[asked: unknown, property: Property]> = [
    [query.isAnswered, 'lastVerb'],
    [query.largerThan ?? query.smallerThan, 'messageSize'],
    [body, 'nativeBody'],
  ];
  return {
    fields: asked(fields),
    properties: asked(properties),
    attachments: query.hasAttachments !== undefined,
  };
}

const asked = <T>(list: ReadonlyArray<[asked: unknown, name: T]>): T[] =>
  list.filter(([value]) => value !== undefined && value !== '').map(([, name]) => name);

/** For requests that return whole messages. */
export const messageSelection = (wanted: FetchOptions): Record<string, string> => toQuery(forMessage(wanted));

/** For requests that only find messages. */
export const foundSelection = (query: MessageQuery): Record<string, string> => toQuery(forQuery(query));

const ATTACHMENT = 'id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId';

function toQuery({ fields, properties, attachments }: Selection): Record<string, string> {
  const ids = properties.map((name) => `id eq '${propertyId(name)}'`);
  const expand = [
    ...(attachments ? [`attachments($select=${ATTACHMENT})`] : []),
    ...(ids.length > 0 ? [`singleValueExtendedProperties($filter=${ids.join(' or ')})`] : []),
  ].join(',');
  return { $select: ['id', ...fields].join(','), ...(expand && { $expand: expand }) };
}

/** How a request names a property (https://learn.microsoft.com/graph/api/resources/extended-properties-overview). */
export function propertyId(name: Property): string {
  const [tag, type] = PROPERTIES[name];
  return `${type} ${tag}`;
}

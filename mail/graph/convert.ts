import { PROPERTIES, TEXT_BODY, isAnswer, type Property } from '../exchange/properties';
import { attachmentInfo, type AttachmentKind } from '../exchange/attachment-info';
import { countOf, oneLine, toAddress } from '../exchange/values';
import { isoDate } from '../model/iso-date';
import { contentOf, singleForms } from '../mime/content';
import type { Address, AttachmentInfo, Message, MessageContent } from '../model/message';
import { previewOf } from '../model/preview';
import type { FetchOptions } from '../model/query';
import type { AttachmentResource, MessageResource, Recipient } from './resources';

/** Converts a message with the properties of `messageSelection` to the same shape as for every protocol. */
export function toMessage(resource: MessageResource, folder: string, wanted: FetchOptions): Message {
  const from = people(resource.from ? [resource.from] : []);
  const replyTo = people(resource.replyTo);
  const body = wanted.content ? content(resource) : undefined;
  return {
    id: resource.id,
    folder,
    messageId: resource.internetMessageId || undefined,
    inReplyTo: property(resource, 'inReplyTo') || undefined,
    threadId: resource.conversationId || undefined,
    subject: oneLine(resource.subject),
    ...(wanted.preview && { preview: previewOf(body?.text ?? resource.bodyPreview ?? '') }),
    from,
    // Without Reply-To, replies go to From.
    replyTo: replyTo.length > 0 ? replyTo : from,
    to: people(resource.toRecipients),
    cc: people(resource.ccRecipients),
    bcc: people(resource.bccRecipients),
    date: isoDate(resource.sentDateTime),
    receivedAt: isoDate(resource.receivedDateTime),
    isRead: resource.isRead === true,
    isFlagged: resource.flag?.flagStatus === 'flagged',
    isAnswered: isAnswer(numberOf(resource, 'lastVerb')),
    isDraft: resource.isDraft === true,
    keywords: resource.categories ?? [],
    size: countOf(property(resource, 'messageSize')) ?? 0,
    attachments: (resource.attachments ?? []).map(describedAttachment),
    ...(isUnlisted(resource) && { attachmentsTruncated: true as const }),
    ...(wanted.headers && { headers: headers(resource) }),
    ...(body && { content: body }),
  };
}

/** Whether Graph converted a plain text body to HTML. */
export const isTextInHtml = (resource: MessageResource): boolean =>
  resource.body?.contentType === 'html' && numberOf(resource, 'nativeBody') === TEXT_BODY;

/**
 * Graph does not list some links to files, although it says that the message has attachments
 * (https://github.com/microsoftgraph/microsoft-graph-docs/issues/19289).
 */
const isUnlisted = ({ hasAttachments, attachments = [] }: MessageResource): boolean =>
  hasAttachments === true && attachments.length === 0;

function property({ singleValueExtendedProperties = [] }: MessageResource, name: Property) {
  const [tag] = PROPERTIES[name];
  // Exchange omits leading zeros: `Integer 0xe08`.
  const found = singleValueExtendedProperties.find(({ id }) => Number(id?.split(' ')[1]) === Number(tag));
  return found?.value ?? undefined;
}

function numberOf(resource: MessageResource, name: Property): number | undefined {
  const value = property(resource, name);
  return value === undefined ? undefined : Number(value);
}

const people = (list: readonly Recipient[] = []): Address[] =>
  list.map(({ emailAddress }) => toAddress(emailAddress?.name, emailAddress?.address));

export const describedAttachment = (one: AttachmentResource): AttachmentInfo =>
  attachmentInfo({
    ...one,
    kind: KINDS.get(one['@odata.type'] ?? '') ?? 'file',
    size: countOf(one.size) ?? 0,
  });

const KINDS: ReadonlyMap<string, AttachmentKind> = new Map([
  ['#microsoft.graph.itemAttachment', 'item'],
  ['#microsoft.graph.referenceAttachment', 'link'],
]);

const headers = ({ internetMessageHeaders = [] }: MessageResource) =>
  internetMessageHeaders.map(({ name, value }) => ({
    name: name ?? '',
    value: typeof value === 'string' ? oneLine(value) : '',
  }));

/** Exchange stores one body and generates the other from it. HTML is returned only if it is the original. */
function content({ body }: MessageResource): MessageContent {
  const text = body?.content ?? '';
  return contentOf(body?.contentType === 'html' ? singleForms('', text) : singleForms(text, ''));
}

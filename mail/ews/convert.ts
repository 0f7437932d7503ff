import { FLAGGED, PROPERTIES, TEXT_BODY, isAnswer, type Property } from '../exchange/properties';
import { attachmentInfo } from '../exchange/attachment-info';
import { countOf, isMailAddress, oneLine, toAddress } from '../exchange/values';
import { isoDate } from '../model/iso-date';
import { contentOf, singleForms } from '../mime/content';
import { threadRoot } from '../mime/thread-root';
import type { Address, AttachmentInfo, Message, MessageContent } from '../model/message';
import { previewOf } from '../model/preview';
import type { FetchOptions } from '../model/query';
import { isTrue, type XmlElement } from './xml';

/** Returns the email address for an Exchange directory name, if known. */
type AddressOf = (name: string) => string | undefined;

/** Converts an item (ItemType) with the properties of `messageShape` to the same shape as for every protocol. */
export function toMessage(
  item: XmlElement,
  folder: string,
  wanted: FetchOptions,
  addressOf: AddressOf = () => undefined,
): Message {
  const listed = (name: string) => people(item.child(name), addressOf);
  const from = listed('From').map((one) => withAddress(one, item));
  const replyTo = listed('ReplyTo');
  const body = wanted.content ? content(item) : undefined;
  return {
    id: item.child('ItemId')?.attributes.Id ?? '',
    folder,
    messageId: item.textAt('InternetMessageId') || undefined,
    inReplyTo: item.textAt('InReplyTo') || undefined,
    threadId: threadOf(item),
    subject: oneLine(item.textAt('Subject')),
    ...(wanted.preview && { preview: previewOf(body?.text ?? item.textAt('Preview') ?? '') }),
    from,
    // Without Reply-To, replies go to From.
    replyTo: replyTo.length > 0 ? replyTo : from,
    to: listed('ToRecipients'),
    cc: listed('CcRecipients'),
    bcc: listed('BccRecipients'),
    date: isoDate(item.textAt('DateTimeSent')),
    receivedAt: isoDate(item.textAt('DateTimeReceived')),
    isRead: isTrue(item.textAt('IsRead')),
    isFlagged: numberOf(item, 'flagStatus') === FLAGGED,
    isAnswered: isAnswer(numberOf(item, 'lastVerb')),
    isDraft: isTrue(item.textAt('IsDraft')),
    keywords: keywordsOf(item),
    size: countOf(item.textAt('Size')) ?? 0,
    attachments: (item.child('Attachments')?.children ?? []).map(toAttachment),
    ...(wanted.headers && { headers: headers(item) }),
    ...(body && { content: body }),
  };
}

/** Exchange has conversations since 2010; of an older one, the header is read. */
const threadOf = (item: XmlElement): string | undefined =>
  item.child('ConversationId')?.attributes.Id ??
  threadRoot(item.textAt('References'), item.textAt('InReplyTo'), item.textAt('InternetMessageId'));

export const keywordsOf = (item: XmlElement): string[] =>
  (item.child('Categories')?.children ?? []).map(({ text }) => text);

function valueOf(item: XmlElement, property: Property): string | undefined {
  const [tag] = PROPERTIES[property];
  const found = item.children.find(
    (one) =>
      one.name === 'ExtendedProperty' &&
      Number(one.child('ExtendedFieldURI')?.attributes.PropertyTag) === Number(tag),
  );
  return found?.textAt('Value');
}

function numberOf(item: XmlElement, property: Property): number | undefined {
  const value = valueOf(item, property);
  return value === undefined ? undefined : Number(value);
}

const people = (list: XmlElement | undefined, addressOf: AddressOf): Address[] =>
  (list?.children ?? []).map((mailbox) => {
    const address = mailbox.textAt('EmailAddress') ?? '';
    return toAddress(mailbox.textAt('Name'), addressOf(address) ?? address);
  });

/** Exchange may store the From address separately from the directory name. */
function withAddress(one: Address, item: XmlElement): Address {
  if (one.address) return one;
  const known = [valueOf(item, 'fromAddress'), valueOf(item, 'senderAddress')];
  return { ...one, address: known.find((text) => text && isMailAddress(text)) ?? '' };
}

const toAttachment = (one: XmlElement): AttachmentInfo =>
  attachmentInfo({
    id: one.child('AttachmentId')?.attributes.Id ?? '',
    kind: one.name === 'ItemAttachment' ? 'item' : one.name === 'ReferenceAttachment' ? 'link' : 'file',
    name: one.textAt('Name'),
    contentType: one.textAt('ContentType'),
    size: countOf(one.textAt('Size')) ?? 0,
    isInline: isTrue(one.textAt('IsInline')),
    contentId: one.textAt('ContentId'),
  });

const headers = (item: XmlElement) =>
  (item.child('InternetMessageHeaders')?.children ?? []).map(({ attributes, text }) => ({
    name: attributes.HeaderName ?? '',
    value: oneLine(text),
  }));

/** Exchange stores one body and generates the other from it. HTML is returned only if it is the original. */
function content(item: XmlElement): MessageContent {
  const body = item.child('Body');
  const isHtml = body?.attributes.BodyType === 'HTML' && numberOf(item, 'nativeBody') !== TEXT_BODY;
  // Since 2013, Exchange converts HTML to text itself.
  const text = item.textAt('TextBody') ?? (isHtml ? '' : (body?.text ?? ''));
  return contentOf(singleForms(text, isHtml ? body.text : ''));
}

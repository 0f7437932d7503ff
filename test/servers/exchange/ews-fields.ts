import { createHash } from 'node:crypto';

import { attachmentElement } from './ews-attachments';
import { names, type LookUp } from './ews-people';
import { iso, type PropertyValue } from './ews-properties';
import { textOf } from './item-text';
import { isInline, type StoredItem } from './mailbox';
import { escaped, tag, value } from './xml';

/** How a request wants an item to be shown. */
export interface Rendering {
  /** Best, HTML or Text. */
  bodyType: string;
  lookUp: LookUp;
}

export interface Field {
  /** As XML, or nothing where the item has no such value. */
  render(item: StoredItem, rendering: Rendering): string;
  /** For restrictions and sorting. */
  value?(item: StoredItem): PropertyValue;
  /** Whether FindItem leaves it out. */
  onlyGetItem?: boolean;
}

const flag = (name: string, read: (item: StoredItem) => boolean): Field => ({
  render: (item) => value(name, read(item)),
  value: read,
});

const time = (name: string, read: (item: StoredItem) => Date): Field => ({
  render: (item) => value(name, iso(read(item))),
  value: read,
});

const sentAt = ({ parsed, receivedAt }: StoredItem): Date => {
  const date = new Date(parsed.date ?? '');
  return Number.isNaN(date.getTime()) ? receivedAt : date;
};

export const header = ({ parsed }: StoredItem, name: string): string | undefined =>
  parsed.headers.find(({ key }) => key === name)?.value;

const importance = (item: StoredItem): string => {
  const priority = header(item, 'importance')?.toLowerCase();
  return priority === 'high' ? 'High' : priority === 'low' ? 'Low' : 'Normal';
};

/** All messages of one conversation refer to its first. */
export const conversationOf = ({ parsed, immutableId }: StoredItem): string => {
  const first = /<[^>]+>/.exec(parsed.references ?? parsed.inReplyTo ?? parsed.messageId ?? '')?.[0];
  return createHash('sha256')
    .update(first ?? immutableId)
    .digest('base64');
};

const bodyOf = (item: StoredItem, bodyType: string): [type: string, body: string] => {
  const { html, text = '' } = item.parsed;
  const isHtml = bodyType === 'HTML' || (bodyType === 'Best' && html !== undefined);
  return isHtml
    ? ['HTML', html ?? `<html><body>${escaped(text)}</body></html>`]
    : ['Text', text || (html ?? '').replace(/<[^>]*>/g, '')];
};

const body = (name: string): Field => ({
  onlyGetItem: true,
  render: (item, { bodyType }) => {
    const [BodyType, content] = bodyOf(item, bodyType);
    return tag(name, { BodyType }, escaped(content));
  },
  value: ({ parsed: { html = '', text = '' } }) => text + html,
});

const RIGHTS = ['CreateAssociated', 'CreateContents', 'CreateHierarchy', 'Delete', 'Modify', 'Read'];

/** What an owner may do. */
export const effectiveRights = (): string =>
  tag(
    't:EffectiveRights',
    {},
    RIGHTS.map((right) => value(`t:${right}`, true)),
  );

/** Of every kind of item, in the order of the schema (types.xsd: ItemType). */
export const ITEM_FIELDS: Readonly<Record<string, Field>> = {
  'item:MimeContent': {
    onlyGetItem: true,
    render: ({ mime }) => tag('t:MimeContent', { CharacterSet: 'UTF-8' }, mime.toString('base64')),
  },
  'item:ItemId': { render: ({ id, changeKey }) => tag('t:ItemId', { Id: id, ChangeKey: changeKey }) },
  'item:ParentFolderId': {
    render: ({ folderId }) => tag('t:ParentFolderId', { Id: folderId }),
    value: ({ folderId }) => folderId,
  },
  'item:ItemClass': {
    render: ({ itemClass }) => value('t:ItemClass', itemClass),
    value: ({ itemClass }) => itemClass,
  },
  'item:Subject': {
    render: ({ parsed }) => value('t:Subject', parsed.subject ?? ''),
    value: ({ parsed }) => parsed.subject ?? '',
  },
  'item:Sensitivity': { render: () => value('t:Sensitivity', 'Normal'), value: () => 'Normal' },
  'item:Body': body('t:Body'),
  'item:Attachments': {
    onlyGetItem: true,
    render: (item) =>
      item.parsed.attachments.length > 0
        ? tag(
            't:Attachments',
            {},
            item.parsed.attachments.map((attachment, index) =>
              attachmentElement(item, [...(item.attachedAt ?? []), index], attachment),
            ),
          )
        : '',
  },
  'item:DateTimeReceived': time('t:DateTimeReceived', ({ receivedAt }) => receivedAt),
  'item:Size': { render: ({ mime }) => value('t:Size', mime.length), value: ({ mime }) => mime.length },
  'item:Categories': {
    render: ({ categories }) =>
      categories.length > 0
        ? tag(
            't:Categories',
            {},
            categories.map((one) => value('t:String', one)),
          )
        : '',
    value: ({ categories }) => (categories.length > 0 ? categories : undefined),
  },
  'item:Importance': { render: (item) => value('t:Importance', importance(item)), value: importance },
  'item:InReplyTo': {
    render: ({ parsed }) => (parsed.inReplyTo ? value('t:InReplyTo', parsed.inReplyTo) : ''),
    value: ({ parsed }) => parsed.inReplyTo,
  },
  'item:IsSubmitted': flag('t:IsSubmitted', () => false),
  'item:IsDraft': flag('t:IsDraft', ({ isDraft }) => isDraft),
  'item:IsFromMe': flag('t:IsFromMe', () => false),
  'item:IsResend': flag('t:IsResend', () => false),
  'item:IsUnmodified': flag('t:IsUnmodified', () => false),
  'item:InternetMessageHeaders': {
    onlyGetItem: true,
    render: ({ parsed }) =>
      parsed.headers.length > 0
        ? tag(
            't:InternetMessageHeaders',
            {},
            parsed.headers.map(({ originalKey, value: text }) =>
              tag('t:InternetMessageHeader', { HeaderName: originalKey }, escaped(text)),
            ),
          )
        : '',
  },
  'item:DateTimeSent': time('t:DateTimeSent', sentAt),
  'item:DateTimeCreated': time('t:DateTimeCreated', ({ receivedAt }) => receivedAt),
  'item:ReminderIsSet': flag('t:ReminderIsSet', () => false),
  'item:DisplayCc': {
    render: ({ parsed }) => value('t:DisplayCc', names(parsed.cc)),
    value: ({ parsed }) => names(parsed.cc),
  },
  'item:DisplayTo': {
    render: ({ parsed }) => value('t:DisplayTo', names(parsed.to)),
    value: ({ parsed }) => names(parsed.to),
  },
  'item:HasAttachments': flag('t:HasAttachments', ({ parsed }) =>
    parsed.attachments.some((one) => !isInline(one)),
  ),
  // Extended properties stand here.
  'item:EffectiveRights': { render: effectiveRights },
  'item:LastModifiedName': { render: () => value('t:LastModifiedName', 'Ada') },
  'item:LastModifiedTime': time('t:LastModifiedTime', ({ receivedAt }) => receivedAt),
  'item:IsAssociated': flag('t:IsAssociated', () => false),
  'item:ConversationId': { render: (item) => tag('t:ConversationId', { Id: conversationOf(item) }) },
  'item:UniqueBody': body('t:UniqueBody'),
  'item:Flag': {
    render: ({ isFlagged }) => tag('t:Flag', {}, value('t:FlagStatus', isFlagged ? 'Flagged' : 'NotFlagged')),
    value: ({ isFlagged }) => (isFlagged ? 'Flagged' : 'NotFlagged'),
  },
  // "The Preview element is limited to 256 characters" (Preview (ItemType)).
  'item:Preview': {
    render: (item) => value('t:Preview', textOf(item).replace(/\s+/g, ' ').trim().slice(0, 255)),
  },
  'item:TextBody': {
    onlyGetItem: true,
    render: (item) => tag('t:TextBody', { BodyType: 'Text' }, escaped(textOf(item))),
  },
};

/** Behind which field the extended properties of an item stand. */
export const BEFORE_PROPERTIES = 'item:HasAttachments';

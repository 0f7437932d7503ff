import { both, mailboxElement, people } from './ews-people';
import { conversationOf, header, type Field } from './ews-fields';
import { iso } from './ews-properties';
import type { StoredItem } from './mailbox';
import { tag, value } from './xml';

const receiptWanted = (item: StoredItem): boolean =>
  header(item, 'disposition-notification-to') !== undefined;

/** Of a message and what else is sent, in the order of the schema (types.xsd: MessageType). */
export const MESSAGE_FIELDS: Readonly<Record<string, Field>> = {
  'message:Sender': {
    render: ({ parsed }, { lookUp }) =>
      parsed.from ? tag('t:Sender', {}, mailboxElement(parsed.sender ?? parsed.from, lookUp)) : '',
    value: ({ parsed }) => `${parsed.from?.name} ${parsed.from?.address}`,
  },
  'message:ToRecipients': {
    onlyGetItem: true,
    render: ({ parsed }, { lookUp }) => people('t:ToRecipients', parsed.to, lookUp),
    value: ({ parsed }) => both(parsed.to),
  },
  'message:CcRecipients': {
    onlyGetItem: true,
    render: ({ parsed }, { lookUp }) => people('t:CcRecipients', parsed.cc, lookUp),
    value: ({ parsed }) => both(parsed.cc),
  },
  'message:BccRecipients': {
    onlyGetItem: true,
    render: ({ parsed }, { lookUp }) => people('t:BccRecipients', parsed.bcc, lookUp),
  },
  'message:IsReadReceiptRequested': {
    render: (item) => value('t:IsReadReceiptRequested', receiptWanted(item)),
    value: receiptWanted,
  },
  'message:IsDeliveryReceiptRequested': {
    render: (item) => value('t:IsDeliveryReceiptRequested', header(item, 'return-receipt-to') !== undefined),
  },
  'message:ConversationIndex': {
    render: (item) =>
      value(
        't:ConversationIndex',
        Buffer.from(conversationOf(item), 'base64').subarray(0, 22).toString('base64'),
      ),
  },
  'message:ConversationTopic': {
    render: ({ parsed }) => value('t:ConversationTopic', (parsed.subject ?? '').replace(/^(\w{2,3}: )+/, '')),
    value: ({ parsed }) => (parsed.subject ?? '').replace(/^(\w{2,3}: )+/, ''),
  },
  'message:From': {
    render: ({ parsed }, { lookUp }) =>
      parsed.from ? tag('t:From', {}, mailboxElement(parsed.from, lookUp)) : '',
    value: ({ parsed }) => `${parsed.from?.name} ${parsed.from?.address}`,
  },
  'message:InternetMessageId': {
    render: ({ parsed }) => (parsed.messageId ? value('t:InternetMessageId', parsed.messageId) : ''),
    value: ({ parsed }) => parsed.messageId,
  },
  'message:IsRead': { render: ({ isRead }) => value('t:IsRead', isRead), value: ({ isRead }) => isRead },
  'message:IsResponseRequested': { render: () => value('t:IsResponseRequested', false), value: () => false },
  'message:References': {
    onlyGetItem: true,
    render: ({ parsed }) => (parsed.references ? value('t:References', parsed.references) : ''),
  },
  'message:ReplyTo': {
    onlyGetItem: true,
    render: ({ parsed }, { lookUp }) => people('t:ReplyTo', parsed.replyTo, lookUp),
  },
};

const named = (name: string): [string, Field] => [`message:${name}`, MESSAGE_FIELDS[`message:${name}`]!];

/** Of a post, which is in a folder and was sent to nobody (types.xsd: PostItemType). */
export const POST_FIELDS: Readonly<Record<string, Field>> = Object.fromEntries([
  ...['ConversationIndex', 'ConversationTopic', 'From', 'InternetMessageId', 'IsRead'].map(named),
  ['postitem:PostedTime', { render: ({ receivedAt }: StoredItem) => value('t:PostedTime', iso(receivedAt)) }],
  ...['References', 'Sender'].map(named),
]);

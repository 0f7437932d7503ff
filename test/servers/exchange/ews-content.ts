import { compose, type Content, type Part, type Person } from './compose';
import { isTrue, textOf, type Element } from './xml';

export const emptyContent = (from: string): Content => ({
  ...{ subject: '', from: { name: '', address: from }, to: [], cc: [], bcc: [], replyTo: [], text: '' },
  ...{ headers: [], parts: [], date: new Date(Math.floor(Date.now() / 1000) * 1000) },
});

const personIn = (mailbox: Element): Person => ({
  name: textOf(mailbox, 'Name') ?? '',
  address: textOf(mailbox, 'EmailAddress') ?? '',
});

const peopleIn = (element: Element | undefined): Person[] => (element?.children ?? []).map(personIn);

const withHeader = (content: Content, key: string, value: string | undefined): Content => ({
  ...content,
  headers: [
    ...content.headers.filter((one) => one.key.toLowerCase() !== key.toLowerCase()),
    ...(value === undefined ? [] : [{ key, value }]),
  ],
});

const bodyIn = (element: Element | undefined): Partial<Content> =>
  element?.attributes.BodyType === 'HTML'
    ? { html: element.text, text: undefined }
    : { text: element?.text ?? '', html: undefined };

type Change = (content: Content, element: Element | undefined) => Content;

/** What each element of a message changes in its content; without an element the value is taken away. */
const CHANGES: Readonly<Record<string, Change>> = {
  Subject: (content, element) => ({ ...content, subject: element?.text ?? '' }),
  Body: (content, element) => ({ ...content, ...bodyIn(element) }),
  ToRecipients: (content, element) => ({ ...content, to: peopleIn(element) }),
  CcRecipients: (content, element) => ({ ...content, cc: peopleIn(element) }),
  BccRecipients: (content, element) => ({ ...content, bcc: peopleIn(element) }),
  ReplyTo: (content, element) => ({ ...content, replyTo: peopleIn(element) }),
  From: (content, element) => ({ ...content, from: peopleIn(element)[0] }),
  Sender: (content, element) => ({ ...content, sender: peopleIn(element)[0] }),
  InternetMessageId: (content, element) => ({ ...content, messageId: element?.text }),
  InReplyTo: (content, element) => ({ ...content, inReplyTo: element?.text }),
  References: (content, element) => ({ ...content, references: element?.text }),
  Importance: (content, element) =>
    withHeader(content, 'Importance', element?.text === 'Normal' ? undefined : element?.text),
  IsReadReceiptRequested: (content, element) =>
    withHeader(
      content,
      'Disposition-Notification-To',
      isTrue(element?.text) ? content.from?.address : undefined,
    ),
  IsDeliveryReceiptRequested: (content, element) =>
    withHeader(content, 'Return-Receipt-To', isTrue(element?.text) ? content.from?.address : undefined),
};

/** Whether the name of an element, or the end of a FieldURI, is part of what a message says. */
export const isContent = (name: string): boolean => name in CHANGES;

/** Those who are named in a message, which nobody may change once it has been sent. */
export const isPeople = (name: string): boolean =>
  ['ToRecipients', 'CcRecipients', 'BccRecipients', 'From', 'Sender', 'ReplyTo'].includes(name);

export const changeContent = (content: Content, name: string, element: Element | undefined): Content =>
  CHANGES[name]!(content, element);

/** A content with all that the elements of a new item say. */
export const contentIn = (item: Element, base: Content): Content =>
  item.children
    .filter(({ name }) => isContent(name))
    .reduce((content, element) => changeContent(content, element.name, element), base);

/** A file, or an item by its MIME or by what it says, as an element of a request gives it. */
export async function partIn(element: Element): Promise<Part> {
  const common = {
    name: textOf(element, 'Name') ?? '',
    isInline: isTrue(textOf(element, 'IsInline')),
    contentId: textOf(element, 'ContentId'),
  };
  if (element.name === 'FileAttachment') {
    return {
      ...common,
      contentType: textOf(element, 'ContentType') ?? 'application/octet-stream',
      content: Buffer.from(textOf(element, 'Content') ?? '', 'base64'),
    };
  }
  const item = element.children.at(-1)!;
  const mime = textOf(item, 'MimeContent');
  const content = mime ? Buffer.from(mime, 'base64') : await compose(contentIn(item, emptyContent('')));
  return { ...common, contentType: 'message/rfc822', content };
}

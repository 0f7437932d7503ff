import PostalMime from 'postal-mime';

import { compose, contentOf } from './compose';
import { answerEach, EwsError, folderOf, idsIn, itemOf, type Call } from './ews-calls';
import { classOf } from './ews-classes';
import { contentIn, emptyContent, isContent, partIn } from './ews-content';
import { items, NO_ITEMS } from './ews-items';
import { givenProperty, KEYWORDS, propertyKey } from './ews-properties';
import { renderId } from './ews-render';
import { isResponse, responseTo } from './ews-respond';
import type { StoredFolder } from './mailbox';
import { child, childrenOf, isTrue, textOf, type Element } from './xml';

const IS_MAIL = /^(Message|MeetingRequest|MeetingResponse|MeetingCancellation)$/;

export async function createItem(call: Call): Promise<string> {
  const { request, mailbox } = call;
  const disposition = request.attributes.MessageDisposition ?? 'SaveOnly';
  return await answerEach(
    call,
    'CreateItem',
    idsIn(call, 'Items'),
    async (message) => {
      // Declines to send a receipt: there is nothing to create.
      if (message.name === 'SuppressReadReceipt') return NO_ITEMS;
      assertDecided(request, message);
      const mime = isResponse(message) ? await responseTo(call, message) : await mimeOf(call, message);
      if (disposition === 'SaveOnly' || !(IS_MAIL.test(message.name) || isResponse(message))) {
        const folder = savedTo(call, message.name === 'CalendarItem' ? 'calendar' : 'drafts');
        return items(renderId(await mailbox.add(folder.id, mime, stateOf(message))));
      }
      await call.send(mime, mailbox.address);
      if (disposition === 'SendAndSaveCopy') {
        await mailbox.add(savedTo(call, 'sentitems').id, mime, { ...stateOf(message), ...SENT });
      }
      return NO_ITEMS;
    },
    NO_ITEMS,
  );
}

const SENT = { isRead: true, isDraft: false, receivedAt: undefined };

/** What is to become of a message or a meeting has to be said ("CreateItem operation"). */
function assertDecided({ attributes }: Element, { name }: Element): void {
  if (name === 'CalendarItem' && attributes.SendMeetingInvitations === undefined) {
    const message = 'SendMeetingInvitations attribute is required for Calendar items.';
    throw new EwsError('ErrorSendMeetingInvitationsRequired', message);
  }
  if (IS_MAIL.test(name) && attributes.MessageDisposition === undefined) {
    throw new EwsError('ErrorMessageDispositionRequired', 'Message save/send operation is required.');
  }
}

function savedTo(call: Call, otherwise: string): StoredFolder {
  const target = child(call.request, 'SavedItemFolderId')?.children[0];
  return target ? folderOf(call, target) : call.mailbox.distinguished(otherwise)!;
}

/** A new item as MIME, which the client gives, or which is made of what it says in elements. */
async function mimeOf({ mailbox }: Call, message: Element): Promise<Buffer> {
  const given = child(message, 'MimeContent');
  const files = childrenOf(message, 'Attachments');
  const said = files.length > 0 || message.children.some(({ name }) => isContent(name));
  const mime = Buffer.from(given?.text ?? '', 'base64');
  if (given && mime.length === 0) {
    throw new EwsError('ErrorMimeContentInvalid', 'There was no MIME content.');
  }
  if (given && !said) return mime;
  const base = given ? contentOf(await PostalMime.parse(mime)) : emptyContent(mailbox.address);
  const content = contentIn(message, base);
  return await compose({ ...content, parts: [...content.parts, ...(await Promise.all(files.map(partIn)))] });
}

/** The properties that a new item has beside its MIME. */
function stateOf(message: Element) {
  const properties = new Map(
    message.children
      .filter(({ name }) => name === 'ExtendedProperty')
      .map((one) => [propertyKey(child(one, 'ExtendedFieldURI')!), givenProperty(one)]),
  );
  const property = (tagNumber: number): string | undefined => properties.get(`tag:${tagNumber}`)?.toString();
  // PidTagMessageFlags: 1 read, 8 unsent. Without it an item that is created is a draft.
  const flags = Number(property(0x0e07) ?? 8);
  const time = property(0x0e06);
  return {
    itemClass: textOf(message, 'ItemClass') ?? classOf(message.name),
    isRead: isTrue(textOf(message, 'IsRead')) || (flags & 1) === 1,
    isDraft: (flags & 8) === 8,
    isFlagged: textOf(message, 'Flag', 'FlagStatus') === 'Flagged' || property(0x1090) === '2',
    categories: [
      ...childrenOf(message, 'Categories').map(({ text }) => text),
      ...[properties.get(KEYWORDS) ?? []].flat(),
    ],
    receivedAt: time ? new Date(time) : undefined,
    properties,
  };
}

export const sendItem = async (call: Call): Promise<string> =>
  await answerEach(call, 'SendItem', idsIn(call, 'ItemIds'), async (id) => {
    const { mailbox, request } = call;
    const item = itemOf(call, id);
    if (id.attributes.ChangeKey === undefined) {
      throw new EwsError('ErrorChangeKeyRequired', 'Change key is required for this operation.');
    }
    const from = { name: '', address: mailbox.address };
    if (!item.parsed.from) await mailbox.rewrite(item, await compose({ ...contentOf(item.parsed), from }));
    await call.send(item.mime, mailbox.address);
    mailbox.items.delete(item.id);
    if (isTrue(request.attributes.SaveItemToFolder)) {
      await mailbox.add(savedTo(call, 'sentitems').id, item.mime, {
        ...{ isRead: true, categories: item.categories, properties: item.properties },
      });
    }
    return '';
  });

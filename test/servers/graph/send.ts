import PostalMime, { type Email } from 'postal-mime';

import { itemOf, parameter, type Call, type Json, type Reply } from './call';
import { contentOf, withoutBcc } from '../exchange/compose';
import { changesOf, composed, identified, mimeIn } from './create';
import { badRequest } from './errors';
import { rewrite } from './rewrite';

/** `POST /sendMail`: MIME, or a message in JSON. */
export async function sendMail(call: Call): Promise<Reply> {
  const { mailbox, json } = call;
  const sentItems = mailbox.distinguished('sentitems')!;
  if (call.contentType === 'text/plain') {
    const mime = identified(mimeIn(call));
    dispatch(call, mime, await PostalMime.parse(mime));
    await mailbox.add(sentItems.id, mime, { isRead: true });
    return { status: 202 };
  }
  const message = parameter(json, 'Message') as Json | undefined;
  if (!message) throw badRequest("The value of the parameter 'Message' is empty.", 'ErrorInvalidParameter');
  const { mime, properties } = await composed(call, message);
  dispatch(call, mime, await PostalMime.parse(mime));
  if (parameter(json, 'SaveToSentItems') !== false) {
    const item = await mailbox.add(sentItems.id, mime);
    mailbox.change(item, { ...changesOf(message, properties), isRead: true });
  }
  return { status: 202 };
}

/** `POST /messages/{id}/send`: the draft itself becomes the copy in Sent Items. */
export async function sendDraft(call: Call): Promise<Reply> {
  const { mailbox } = call;
  const item = itemOf(call, call.ids.at(-1)!);
  if (!item.isDraft) throw badRequest('Only a draft can be sent.', 'ErrorInvalidOperation');
  if (!item.parsed.from) {
    const content = { ...contentOf(item.parsed), from: { name: '', address: mailbox.address } };
    await rewrite(mailbox, item, content);
  }
  dispatch(call, item.mime, item.parsed);
  const sent = mailbox.move(item, mailbox.distinguished('sentitems')!.id);
  mailbox.change(sent, { isDraft: false, isRead: true });
  return { status: 202 };
}

/** Hands a message to be delivered. */
export function dispatch({ world, mailbox }: Call, mime: Buffer, parsed: Email): void {
  const { to, cc, bcc } = contentOf({ ...parsed, attachments: [] });
  const recipients = [...to, ...cc, ...bcc].map(({ address }) => address);
  if (recipients.length === 0 || recipients.some((address) => !/^[^@\s]+@[^@\s]+$/.test(address))) {
    throw badRequest("At least one recipient isn't valid.", 'ErrorInvalidRecipients');
  }
  world.send({ from: mailbox.address, to: recipients, raw: withoutBcc(mime) });
}

import PostalMime from 'postal-mime';

import { compose, type Content } from '../exchange/compose';
import { respond, VERBS, type Response } from '../exchange/respond';
import { itemOf, parameter, type Call, type Handler, type Json } from './call';
import { changed, withParts } from './content-json';
import { identified } from './create';
import { badRequest } from './errors';
import { renderMessage } from './fields';
import { dispatch } from './send';
import { viewOf } from './view';

/** What Exchange writes, with what the request says instead (…/message-reply, …/message-forward). */
function written(call: Call, kind: Response): Content {
  const item = itemOf(call, call.ids.at(-1)!);
  const comment = parameter(call.json, 'Comment') as string | null | undefined;
  const message = (parameter(call.json, 'Message') ?? {}) as Json;
  if (comment && message.body) {
    throw badRequest('Specify either comment or the body of message, not both.', 'ErrorInvalidRequest');
  }
  const toRecipients = parameter(call.json, 'ToRecipients');
  const content = respond(item, kind, call.mailbox.address, comment ?? '');
  return withParts(changed(content, { ...message, ...(toRecipients ? { toRecipients } : {}) }), message);
}

/** `POST /messages/{id}/reply` and its like: sent at once. */
export const answer =
  (kind: Response): Handler =>
  async (call) => {
    const mime = identified(await compose(written(call, kind)));
    dispatch(call, mime, await PostalMime.parse(mime));
    await call.mailbox.add(call.mailbox.distinguished('sentitems')!.id, mime, { isRead: true });
    call.mailbox.change(itemOf(call, call.ids.at(-1)!), { lastVerb: VERBS[kind] });
    return { status: 202 };
  };

/** `POST /messages/{id}/createReply` and its like: a draft to go on with. */
export const draftOf =
  (kind: Response): Handler =>
  async (call) => {
    const mime = identified(await compose(written(call, kind)));
    const drafts = call.mailbox.distinguished('drafts')!;
    const draft = await call.mailbox.add(drafts.id, mime, { isDraft: true, isRead: true });
    return { status: 201, body: renderMessage(draft, viewOf(call), undefined) };
  };

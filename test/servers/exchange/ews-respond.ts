import { compose } from './compose';
import { itemOf, type Call } from './ews-calls';
import { contentIn } from './ews-content';
import { respond, VERBS, type Response } from './respond';
import { child, type Element } from './xml';

const KINDS: Readonly<Record<string, Response>> = {
  ReplyToItem: 'reply',
  ReplyAllToItem: 'replyAll',
  ForwardItem: 'forward',
};

/** Whether a new item is an answer to another one. */
export const isResponse = ({ name }: Element): boolean => name in KINDS;

/** The answer that Exchange writes (types.xsd: SmartResponseType), with what the client says instead of its own. */
export async function responseTo(call: Call, element: Element): Promise<Buffer> {
  const item = itemOf(call, child(element, 'ReferenceItemId')!);
  const kind = KINDS[element.name]!;
  const written = respond(item, kind, call.mailbox.address, child(element, 'NewBodyContent')?.text);
  if (call.request.attributes.MessageDisposition !== 'SaveOnly') {
    call.mailbox.change(item, { lastVerb: VERBS[kind] });
  }
  return await compose(contentIn(element, written));
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { mailboxOf } from '../../../../../mail/account/session-settings';
import type { OutgoingMessage, SaveToSent } from '../../../../../mail/model/outgoing';
import { quoteForForward, quoteForReply, type Quotation } from '../../../../../mail/mime/quote';
import { forwardOf, replyTo } from '../../../../../mail/mime/reply';
import { isOn, readOptions } from '../../fields/options';
import { readChoice } from '../../fields/read-parameters';
import { readMessage } from '../send/read-message';
import { QUOTE, TAKE_ALONG, readLeftOut } from './fields';
import { asFile, filesOf } from './original-files';
import type { Original } from './originals';

export type ReplyKind = 'reply' | 'replyAll' | 'forward';

/** `unreachable`: the names of recipients whose address is not known. */
type Reply = OutgoingMessage & { saveToSent: SaveToSent; unreachable?: string[] };

/**
 * Composes the reply from the node's fields and the original, for one input item.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function composeReply(
  context: IExecuteFunctions,
  kind: ReplyKind,
  original: Original,
  itemIndex: number,
): Reply {
  const account = mailboxOf(original.session.settings);
  const typed = readMessage(context, account, itemIndex);
  const options = readOptions(context, itemIndex);
  const { message } = original;
  const style = { timeZone: context.getTimezone() };
  if (kind !== 'forward') {
    const all = kind === 'replyAll';
    const own = [account, ...addressesIn(typed.from)];
    const thread = replyTo(message, { all, own, leaveOut: all ? readLeftOut(options) : [] });
    const quote = isOn(QUOTE, options) ? quoteForReply(message, style) : undefined;
    const reply = withQuote(typed, quote);
    return {
      ...reply,
      ...thread,
      subject: typed.subject || thread.subject,
      cc: joined(thread.cc, typed.cc),
      attachments: [
        ...(reply.attachments ?? []),
        ...filesOf(original, { takeAlong: isOn(TAKE_ALONG.reply, options), shown: quote && reply.html }),
      ],
    };
  }
  const inline =
    readChoice(context, 'forwardAs', 'Forward As', ['inline', 'attachment'], itemIndex) === 'inline';
  const reply = inline ? withQuote(typed, quoteForForward(message, style)) : typed;
  const takeAlong = isOn(TAKE_ALONG.forward, options);
  const files = inline ? filesOf(original, { takeAlong, shown: reply.html }) : [asFile(original)];
  const thread = forwardOf(message);
  return {
    ...reply,
    ...thread,
    subject: typed.subject || thread.subject,
    attachments: [...(reply.attachments ?? []), ...files],
  };
}

function withQuote(typed: Reply, quote: Quotation | undefined): Reply {
  if (!quote) return typed;
  return {
    ...typed,
    text: typed.text === undefined ? undefined : `${typed.text}\n\n${quote.text}`,
    html: typed.html === undefined ? undefined : insertAtEnd(typed.html, `<br>\n${quote.html}`),
  };
}

/** Inserts before the end of the body, if the user typed a whole HTML document. */
function insertAtEnd(html: string, addition: string): string {
  const end = html.search(/<\/body\s*>/i);
  return end < 0 ? `${html}${addition}` : `${html.slice(0, end)}${addition}${html.slice(end)}`;
}

const joined = (...lists: Array<string | undefined>): string =>
  lists.filter((list) => list?.trim()).join(', ');

const addressesIn = (from: string): string[] => [from.replace(/^.*<([^<>]+)>\s*$/, '$1').trim()];

import type { IExecuteFunctions } from 'n8n-workflow';

import { mailboxOf } from '../../../../../mail/account/session-settings';
import type { OutgoingMessage, SaveToSent } from '../../../../../mail/model/outgoing';
import { quoteForForward, quoteForReply, type Quotation } from '../../../../../mail/mime/quote';
import { forwardOf, replyTo } from '../../../../../mail/mime/reply';
import { readChoice } from '../../fields/read-parameters';
import { readMessage } from '../send/read-message';
import { asFile, filesOf } from './original-files';
import type { Original } from './originals';

export type AnswerKind = 'reply' | 'replyAll' | 'forward';

/** `unreachable`: the names of those who should get the answer, and whose address is not known. */
type Answer = OutgoingMessage & { saveToSent: SaveToSent; unreachable?: string[] };

interface AnswerOptions {
  fromEmail?: unknown;
  subject?: unknown;
  quoteOriginal?: boolean;
  includeAttachments?: boolean;
}

/**
 * What a node's fields and the original make together, for one input item.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function composeAnswer(
  context: IExecuteFunctions,
  kind: AnswerKind,
  original: Original,
  itemIndex: number,
): Answer {
  const account = mailboxOf(original.session.settings);
  const typed = readMessage(context, account, itemIndex);
  const options = context.getNodeParameter('options', itemIndex, {}) as AnswerOptions;
  const { message } = original;
  const style = { timeZone: context.getTimezone() };
  if (kind !== 'forward') {
    const own = [account, ...addressesIn(typed.from)];
    const thread = replyTo(message, { all: kind === 'replyAll', own });
    const quote = options.quoteOriginal === false ? undefined : quoteForReply(message, style);
    const answer = withQuote(typed, quote);
    return {
      ...answer,
      ...thread,
      subject: typed.subject || thread.subject,
      cc: joined(thread.cc, typed.cc),
      attachments: [
        ...(answer.attachments ?? []),
        ...filesOf(original, { takeAlong: options.includeAttachments === true, shown: quote && answer.html }),
      ],
    };
  }
  const inline =
    readChoice(context, 'forwardAs', 'Forward As', ['inline', 'attachment'], itemIndex) === 'inline';
  const answer = inline ? withQuote(typed, quoteForForward(message, style)) : typed;
  const takeAlong = options.includeAttachments !== false;
  const files = inline ? filesOf(original, { takeAlong, shown: answer.html }) : [asFile(original)];
  const thread = forwardOf(message);
  return {
    ...answer,
    ...thread,
    subject: typed.subject || thread.subject,
    attachments: [...(answer.attachments ?? []), ...files],
  };
}

function withQuote(typed: Answer, quote: Quotation | undefined): Answer {
  if (!quote) return typed;
  return {
    ...typed,
    text: typed.text === undefined ? undefined : `${typed.text}\n\n${quote.text}`,
    html: typed.html === undefined ? undefined : insertAtEnd(typed.html, `<br>\n${quote.html}`),
  };
}

/** Before the end of the body, where somebody has typed a whole document. */
function insertAtEnd(html: string, addition: string): string {
  const end = html.search(/<\/body\s*>/i);
  return end < 0 ? `${html}${addition}` : `${html.slice(0, end)}${addition}${html.slice(end)}`;
}

const joined = (...lists: Array<string | undefined>): string =>
  lists.filter((list) => list?.trim()).join(', ');

const addressesIn = (from: string): string[] => [from.replace(/^.*<([^<>]+)>\s*$/, '$1').trim()];

import { Readable } from 'node:stream';

import { assertDraft } from '../model/drafts';
import { PROTOCOLS } from '../account/providers';
import { MailError, invalidInput, isMailError, notSupported } from '../errors';
import { changeOnce, sendOnce } from '../exchange/once';
import { compose } from '../mime/compose';
import type { ComposedMessage } from '../model/submission';
import type { Message } from '../model/message';
import type { OutgoingAttachment, OutgoingMessage } from '../model/outgoing';
import type { GraphApi } from './api';
import { attach, toResource, type SizedAttachment } from './attach';
import { assertGiven, takeBack } from './change';
import { OWN_HEADERS, fromMime } from './from-mime';
import type { GraphReader } from './read';
import type { MessageResource } from './resources';
import { messagePath } from './paths';

/** Maximum bytes of MIME in one request: 4 MB of base64. */
const WHOLE = 3_000_000;

/** Sends messages, and saves them as drafts. */
export class GraphSender {
  constructor(
    private readonly api: GraphApi,
    private readonly reader: GraphReader,
  ) {}

  /** Sends a message, at most once. Exchange takes the recipients from the header, including Bcc, which it removes. */
  async send(
    message: OutgoingMessage,
    saveCopy: boolean,
  ): Promise<{ messageId: string; accepted: string[] }> {
    const composed = compose(message);
    if (!saveCopy) assertInParts(message);
    const accepted = composed.envelope.to;
    const mime = await written(composed);
    if (mime) {
      await sendOnce(saveCopy ? this.api.postMime('/sendMail', mime) : this.sendWithoutCopy(mime, message));
      return { messageId: composed.messageId, accepted };
    }
    if (!saveCopy) throw onlyWithCopy('message of more than 3 MB');
    const { id, messageId } = await this.saveInParts(message);
    await this.sendSaved(id).catch(async (error: unknown) => {
      throw isMailError(error, 'SEND_UNCERTAIN') ? error : await takeBack(this.api, id, error);
    });
    return { messageId, accepted };
  }

  async saveDraft(message: OutgoingMessage): Promise<{ id?: string; messageId: string }> {
    const composed = compose(message, { isDraft: true });
    const mime = await written(composed);
    if (mime) return { id: await this.save(mime), messageId: composed.messageId };
    return await this.saveInParts(message, { isDraft: true });
  }

  async sendDraft(id: string, saveCopy: boolean): Promise<Message> {
    if (!saveCopy) throw onlyWithCopy('draft');
    const draft = await assertDraft((await this.reader.get([id], { content: false })).get(id));
    await this.sendSaved(id);
    return draft;
  }

  private async sendSaved(id: string): Promise<void> {
    await sendOnce(this.api.call({ method: 'POST', path: `${messagePath(id)}/send` }));
  }

  /** Only for messages sent as properties can Graph be told to save no copy. */
  private async sendWithoutCopy(mime: Buffer, { readReceipt }: OutgoingMessage): Promise<void> {
    const { message, attachments } = await fromMime(mime);
    const body = {
      message: {
        ...message,
        ...(readReceipt && { isReadReceiptRequested: true }),
        attachments: attachments.map(toResource),
      },
      saveToSentItems: false,
    };
    await this.api.call({ method: 'POST', path: '/sendMail', body });
  }

  private async save(mime: Buffer): Promise<string | undefined> {
    return (await changeOnce(this.api.postMime<Partial<MessageResource>>('/messages', mime))).id;
  }

  /** Saves a draft that is too large for one request: first its text, then each attachment. */
  private async saveInParts(
    message: OutgoingMessage,
    options?: { isDraft: boolean },
  ): Promise<{ id: string; messageId: string }> {
    const composed = compose({ ...message, attachments: [] }, options);
    const mime = await written(composed);
    if (!mime) throw textTooLarge(message);
    const id = assertGiven(await this.save(mime));
    try {
      for (const one of message.attachments ?? []) {
        await attach(this.api, id, await measured(one, message.html !== undefined));
      }
    } catch (error) {
      throw await takeBack(this.api, id, error);
    }
    return { id, messageId: composed.messageId };
  }
}

/** A message as MIME; undefined if it is too large for one request. */
async function written({ bccHeader, open }: ComposedMessage): Promise<Buffer | undefined> {
  const pieces = [Buffer.from(bccHeader)];
  let size = 0;
  for await (const piece of open()) {
    pieces.push(piece as Buffer);
    size += (piece as Buffer).length;
    if (size > WHOLE) return undefined;
  }
  return Buffer.concat(pieces);
}

/** Graph needs the size before the content, so content of unknown size is read twice. */
async function measured(
  { fileName, mimeType, content, contentId }: OutgoingAttachment,
  hasHtml: boolean,
): Promise<SizedAttachment> {
  const open = async () => (Buffer.isBuffer(content) ? Readable.from([content]) : await content());
  let size = 0;
  if (Buffer.isBuffer(content)) size = content.length;
  else for await (const piece of await open()) size += (piece as Buffer).length;
  const isInline = contentId !== undefined && hasHtml;
  return { name: fileName, contentType: mimeType, isInline, contentId, size, open };
}

/**
 * Without a copy, a message is sent as properties, which allow only few custom header fields.
 *
 * @throws {MailError} INVALID_INPUT
 */
function assertInParts({ headers = [] }: OutgoingMessage): void {
  if (headers.length <= OWN_HEADERS && headers.every(({ name }) => /^x-/i.test(name))) return;
  throw invalidInput(
    'Headers',
    `without a copy in "Sent Items", Microsoft Graph accepts at most ${OWN_HEADERS}, whose names must begin with X-`,
    'Set "Save to Sent" to "Automatic", or remove the other headers. The message was not sent.',
  );
}

const textTooLarge = ({ text, html }: OutgoingMessage): MailError =>
  invalidInput(
    [text && 'Text', html && 'HTML'].filter(Boolean).join(' and '),
    'too large for Microsoft Graph, which takes 3 MB',
    'Put the text into an attachment. The message was not sent.',
  );

const onlyWithCopy = (what: string): MailError =>
  notSupported(
    PROTOCOLS.graph.name,
    `send a ${what} without keeping a copy`,
    'Set "Save to Sent" to "Automatic", or send a smaller message that is not a draft. Nothing was sent.',
  );

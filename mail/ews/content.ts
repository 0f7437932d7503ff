import { pipeline, type Readable } from 'node:stream';

import { MailError } from '../errors';
import { attachedItem, linkHasNoContent, noMessage } from '../exchange/attached';
import { BACK_OFF, BusyWaits } from '../exchange/busy';
import { Download } from '../exchange/download';
import { assertId } from '../exchange/ids';
import { oneLine } from '../exchange/values';
import { isNotLookedAt } from '../exchange/response-codes';
import type { AttachmentDownload, MessageDownload } from '../model/message';
import { safeFileName } from '../text';
import { Base64Decoder, ElementText } from './element-text';
import { toMailError } from './errors';
import { backOffIn } from './fault';
import { notOpened } from './refusals';
import { errorFor } from './responses';
import type { EwsService } from './service';
import { escaped, itemIds } from './soap';
import { parseXml } from './xml';

/** Streams large content, from the reply's XML to the attachment's bytes. */
export class EwsContent {
  constructor(private readonly service: EwsService) {}

  async openMessage(id: string): Promise<MessageDownload> {
    const { content } = await this.open(
      id,
      `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape>${itemIds([assertId(id)])}</m:GetItem>`,
      'MimeContent',
    );
    return { content };
  }

  /** None: the only connection carries one request at a time. */
  readonly ahead = 0;

  /** Opens one attachment. Its description is in the same reply. */
  async openDescribed({ id, part }: { id: string; part: string }): Promise<AttachmentDownload> {
    return await this.openAttachment(id, part);
  }

  async openAttachment(id: string, part: string): Promise<AttachmentDownload> {
    const { content, head } = await this.open(
      id,
      // A file always includes its content; an item only if its MIME content is requested.
      '<m:GetAttachment><m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:AttachmentShape>' +
        `<m:AttachmentIds><t:AttachmentId Id="${escaped(assertId(part))}"/></m:AttachmentIds></m:GetAttachment>`,
      '(?:Mime)?Content',
    );
    const name = textIn(head, 'Name');
    if (isItem(head)) {
      const beginning = await content.beginning;
      return { content, ...attachedItem(name, beginning.toString()) };
    }
    return {
      content,
      fileName: safeFileName(name, 'attachment'),
      mimeType: textIn(head, 'ContentType') ?? 'application/octet-stream',
    };
  }

  /** Resolves when the content starts, or when the reply says that there is none. */
  private async open(
    id: string,
    body: string,
    element: string,
  ): Promise<{ content: Download; head: string }> {
    const waits = new BusyWaits();
    for (;;) {
      const text = new ElementText(element);
      try {
        return { content: await this.begin(id, body, text), head: text.head };
      } catch (error) {
        const code = textIn(text.head, 'ResponseCode') ?? '';
        // A busy server has not looked at the request, and says so within a reply of 200.
        if (text.complete || !isNotLookedAt(code)) throw error;
        const wait = waits.next(backOffIn(text.head) ?? BACK_OFF);
        if (wait === undefined) throw error;
        await this.service.pause(wait);
      }
    }
  }

  private async begin(id: string, body: string, text: ElementText): Promise<Download> {
    const reply = await this.service.open(body);
    const decoder = new Base64Decoder(() => this.reasonNotComplete(text), id);
    // Registered first, so that the reader gets our error for a lost connection, not Node's.
    const download = new Download(this.service.ews.url.host);
    const fail = (error: Error) => download.destroy(toMailError(error, this.service.ews.url));
    for (const stream of [reply, text, decoder]) stream.once('error', fail);
    pipeline(reply, text, decoder, download, () => {});
    await begun(download);
    return download;
  }

  /** A reply that ends before the element is complete is not a success. */
  private reasonNotComplete({ complete, head }: ElementText): MailError | undefined {
    return complete ? undefined : refusal(head, this.service.ews.url);
  }
}

/** Resolves with the first bytes, or at the end if there are none. */
async function begun(stream: Readable): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.once('readable', resolve).once('end', resolve).once('error', reject).once('close', resolve);
  });
}

function refusal(head: string, url: URL): MailError {
  const code = textIn(head, 'ResponseCode');
  if (code && code !== 'NoError') return errorFor(code.slice(0, 100));
  if (isWhole(head) && isLink(head)) return linkHasNoContent(textIn(head, 'Name') ?? '');
  if (isWhole(head) && isItem(head)) return noMessage(textIn(head, 'Name') ?? '');
  if (!isSoap(head)) return notOpened({ status: 200, headers: {}, body: head }, undefined, url, []);
  if (isWhole(head)) return withoutContent(url);
  return new MailError('CONNECTION_LOST', `${url.host} sent only part of the content, or none`, 'Try again.');
}

/** Nothing was lost on the way. */
const withoutContent = ({ host }: URL): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `${host} gave no content of the message or attachment`,
    'Try again. If it always happens, save the whole message, or read it over IMAP.',
  );

/** Checks the XML before the content, or the whole reply if it has no content. */
const isItem = (head: string): boolean => /<(?:\w+:)?ItemAttachment\b/.test(head);
const isLink = (head: string): boolean => /<(?:\w+:)?ReferenceAttachment\b/.test(head);
const isSoap = (head: string): boolean => /<(?:\w+:)?Envelope\b/.test(head);
const isWhole = (head: string): boolean => /<\/(?:\w+:)?Envelope\s*>/.test(head);

/** The text of the first element with this name and without elements in it. */
function textIn(xml: string, name: string): string | undefined {
  const [, text] =
    new RegExp(`<(?:\\w+:)?${name}\\b[^<>]*>([^<]*)<`).exec(Buffer.from(xml, 'latin1').toString('utf8')) ??
    [];
  return text === undefined ? undefined : oneLine(parseXml(`<t>${text}</t>`).textAt('t'));
}

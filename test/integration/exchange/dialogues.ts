import type { MailClient } from '../../../mail/model/client';
import type { Message } from '../../../mail/model/message';
import { ADA } from '../../contract/exchange-lab';
import type { ExchangeMailbox, NewItem, StoredItem } from '../../servers/exchange/mailbox';
import { mail, type MailContent } from '../../servers/mime';

/** A message in the inbox of Ada, as the server keeps it and as the client lists it. */
export interface Delivered {
  item: StoredItem;
  message: Message;
}

/** Puts a message into an empty folder of its own and lists it. */
export async function deliverOne(
  { mailbox }: { mailbox(address: string): ExchangeMailbox },
  client: MailClient,
  content: MailContent | Buffer,
  options: NewItem = {},
): Promise<Delivered> {
  const path = `Dialogue ${(number += 1)}`;
  const mime = Buffer.isBuffer(content) ? content : mail({ from: 'bob@example.test', ...content });
  const item = await mailbox(ADA).add(mailbox(ADA).folderAt(path).id, mime, options);
  const [message] = await client.listMessages(path, {}, { content: true }, 1);
  if (!message) throw new Error('The message is not listed');
  return { item, message };
}

let number = 0;

/** A PDF that the sender calls inline, and that no text shows. */
export const INLINE_PDF = Buffer.from(
  [
    ...['From: bob@example.test', 'To: ada@example.test', 'Subject: inline PDF', 'MIME-Version: 1.0'],
    ...['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain', '', 'See below.'],
    ...['--b', 'Content-Type: application/pdf; name=a.pdf', 'Content-Disposition: inline; filename=a.pdf'],
    ...['Content-Transfer-Encoding: base64', '', 'JVBERg==', '--b--', ''],
  ].join('\r\n'),
);

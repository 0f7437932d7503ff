import type { ExchangeMailbox, NewItem } from '../servers/exchange/mailbox';
import { mail, type MailContent } from '../servers/mime';

export const ADA = 'ada@example.test';

/** Ada's mail in all tours: five messages, one with a message in it, two that ask for a receipt, and what is no mail. */
export async function fillMailbox(mailbox: ExchangeMailbox, from = SENDER): Promise<void> {
  const inbox = mailbox.folderAt('Inbox').id;
  const add = (content: MailContent, options: NewItem = {}) =>
    mailbox.add(inbox, mail({ from, to: 'Ada <ada@example.test>', ...content }), options);
  for (let number = 0; number < 5; number += 1) await add(message(number));
  const inner = mail({ ...message(9), subject: 'RE: Invoice 4711', text: 'inner' });
  await add({
    subject: 'With a message',
    text: 'outer',
    attachments: [{ filename: 'RE: Invoice 4711', contentType: 'message/rfc822', content: inner }],
  });
  const receipt = { 'Disposition-Notification-To': 'bob@example.test' };
  await add({ subject: 'Receipt please', headers: receipt });
  await add({ subject: 'No receipt please', headers: receipt });
  for (const [itemClass, subject] of OTHERS) await add({ subject }, { itemClass });
}

const SENDER = '"Bob <&> Ü" <bob@example.test>';

const message = (number: number): MailContent => ({
  subject: `Message ${number} & <more>`,
  date: new Date('2026-11-01T10:00:00Z'),
  text: `  Hello ${number} – ü <b> & "q"`,
  headers: { 'Message-ID': `<m${number}@example.test>` },
  attachments: [{ filename: `a${number}.txt`, content: `file ${number}` }],
});

/** What lies in an inbox beside messages. */
export const OTHERS = [
  ['IPM.Schedule.Meeting.Request', 'A meeting'],
  ['IPM.Appointment', 'An appointment'],
  ['IPM.Task', 'A task'],
  ['IPM.Post', 'A post'],
  ['REPORT.IPM.Note.NDR', 'Undeliverable'],
] as const;

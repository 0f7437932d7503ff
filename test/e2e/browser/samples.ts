import type { Dovecot } from '../../servers/dovecot';
import { deliver, mail, type MailContent } from '../../servers/mailbox';

/** What the pictures show, the newest first, as Get Many gives it. */
export const SUBJECTS = ['Lunch on Friday?', 'Invoice 1042', 'Welcome aboard'];

const sample = (
  content: MailContent & { date: Date },
  flags: { read?: boolean; flagged?: boolean } = {},
) => ({
  raw: mail(content),
  receivedAt: content.date,
  ...flags,
});

export function deliverSamples(dovecot: Dovecot, user: string): void {
  deliver(dovecot, user, 'INBOX', [
    sample(
      {
        to: user,
        from: 'Grace Hopper <grace@example.test>',
        subject: 'Welcome aboard',
        date: new Date('2026-11-02T09:15:00Z'),
        text: 'Good to have you here.',
      },
      { read: true },
    ),
    sample({
      to: user,
      from: 'Billing <billing@example.test>',
      subject: 'Invoice 1042',
      date: new Date('2026-11-03T14:30:00Z'),
      text: 'The invoice is attached.',
      attachments: [{ filename: 'invoice-1042.csv', content: 'item,price\nstamps,12.50\n' }],
    }),
    sample(
      {
        to: user,
        from: 'Linus <linus@example.test>',
        subject: 'Lunch on Friday?',
        date: new Date('2026-11-04T11:05:00Z'),
        text: 'At noon, the usual place?',
      },
      { flagged: true },
    ),
  ]);
}

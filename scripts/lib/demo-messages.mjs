// The mail in the demo's mailbox.

const me = 'Demo <demo@example.test>';

/**
 * @param {{ from: string, subject: string, date: string }} head
 * @param {string[]} lines of the text
 * @param {{ name: string, type: string, content: string }} [file] an attachment
 */
function message({ from, subject, date }, lines, file) {
  const id = subject.toLowerCase().replace(/\W+/g, '-');
  const head = [`From: ${from}`, `To: ${me}`, `Subject: ${subject}`, `Date: ${date}`, 'MIME-Version: 1.0'];
  head.push(`Message-ID: <${id}@example.test>`);
  const text = ['Content-Type: text/plain; charset=utf-8', '', ...lines, ''];
  if (!file) return [...head, ...text].join('\r\n');
  const attached = [
    `Content-Type: ${file.type}; name="${file.name}"`,
    `Content-Disposition: attachment; filename="${file.name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(file.content).toString('base64'),
  ];
  const parts = ['--part', ...text, '--part', ...attached, '--part--', ''];
  return [...head, 'Content-Type: multipart/mixed; boundary="part"', '', ...parts].join('\r\n');
}

const invoice = { name: 'invoice-1042.csv', type: 'text/csv', content: 'item,price\nstamps,12.50\n' };

/** Folder → its messages, as hoodiecrow-imap takes them. */
export const messages = {
  INBOX: [
    {
      raw: message(
        {
          from: 'Ada <ada@example.test>',
          subject: 'Welcome aboard',
          date: 'Mon, 02 Nov 2026 09:15:00 +0000',
        },
        ['This mailbox lives in the demo. Change what you like: it is new at the next start.'],
      ),
      internaldate: '02-Nov-2026 09:15:01 +0000',
      flags: ['\\Seen'],
    },
    {
      raw: message(
        {
          from: 'Billing <billing@example.test>',
          subject: 'Invoice 1042',
          date: 'Tue, 03 Nov 2026 14:30:00 +0000',
        },
        ['The invoice is attached.'],
        invoice,
      ),
      internaldate: '03-Nov-2026 14:30:02 +0000',
    },
    {
      raw: message(
        {
          from: 'Grace <grace@example.test>',
          subject: 'Lunch on Friday?',
          date: 'Wed, 04 Nov 2026 11:05:00 +0000',
        },
        ['At noon, the usual place?'],
      ),
      internaldate: '04-Nov-2026 11:05:01 +0000',
      flags: ['\\Flagged'],
    },
  ],
  Archive: [
    {
      raw: message(
        {
          from: 'Linus <linus@example.test>',
          subject: 'Minutes of October',
          date: 'Thu, 29 Oct 2026 16:00:00 +0000',
        },
        ['We agreed on everything.'],
      ),
      internaldate: '29-Oct-2026 16:00:03 +0000',
      flags: ['\\Seen'],
    },
  ],
};

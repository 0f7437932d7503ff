import type { Email } from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { startEwsLab } from '../../contract/ews-lab';
import { startGraphLab } from '../../contract/graph-lab';
import type { MailLab } from '../../contract/lab';
import { fieldMail, HAS_FIELD_MAIL } from './field-mail';

interface Reader {
  default: { parse(mime: Buffer): Promise<Email> };
}

/*
 * The facts of the field's mail over EWS and Graph. The tests' Exchange reads a mail with postal-mime, which gets many of
 * them wrong. Here it reads them with this project's own reader, as an Exchange that makes no mistake: what is tested is
 * that our clients hand on what Exchange says.
 */
vi.mock('postal-mime', async (importOriginal) => {
  const actual = await importOriginal<Reader>();
  const { parseMessage } = await import('../../../mail/mime/parse-message.js');
  const { summaryOf } = await import('../../../mail/mime/summary.js');
  const parse = async (mime: Buffer): Promise<Partial<Email>> => {
    const { fields, content, files } = await parseMessage(Buffer.from(mime));
    const { subject, from, to, cc, bcc, date, messageId } = summaryOf(fields);
    return {
      ...(await actual.default.parse(mime)),
      ...{ subject, from: from[0], to, cc, bcc, date, messageId },
      text: content.text || undefined,
      html: content.html || undefined,
      attachments: files.map(({ fileName, mimeType, inline, contentId, bytes }) => ({
        ...{ filename: fileName, mimeType, contentId },
        disposition: inline ? 'inline' : 'attachment',
        content: Uint8Array.from(bytes).buffer,
      })),
    };
  };
  return { ...actual, default: { ...actual.default, parse } };
});

process.env.TZ = 'America/New_York';
const MAIL = fieldMail();
const FACTS = ['subject', 'from', 'to', 'cc', 'date'] as const;

describe.runIf(HAS_FIELD_MAIL).each<[string, () => Promise<MailLab>]>([
  ['EWS', startEwsLab],
  ['Graph', startGraphLab],
])('%s hands on', (_, start) => {
  let lab: MailLab;
  let client: MailClient;
  beforeAll(async () => {
    lab = await start();
    client = await lab.open();
  });
  afterAll(async () => {
    await client?.close();
    await lab?.stop();
  });

  it.each(MAIL)('$name', async ({ name, raw, expected }) => {
    await lab.deliver(name, [{ raw }]);
    const [id = ''] = await client.findMessages(name, {}, 1);
    const message = (await client.getMessages([id], { content: true })).get(id);
    if (!message || message instanceof Error) throw message ?? new Error('not there');
    const facts = expected as Readonly<Record<string, unknown>>;
    for (const fact of FACTS) {
      const wanted = facts[fact];
      const isExact = typeof wanted === 'string' || Array.isArray(wanted);
      if (isExact) expect(message[fact], fact).toEqual(wanted);
    }
    // Exchange keeps one body, and makes the text of the HTML.
    if (typeof facts.text === 'string' && !message.content?.html)
      expect(message.content?.text.trim()).toBe(facts.text.trim());
  });
});

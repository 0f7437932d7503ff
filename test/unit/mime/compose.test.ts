import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import PostalMime, { decodeWords, type Email } from 'postal-mime';
import { describe, expect, it } from 'vitest';

import { compose } from '../../../mail/mime/compose';
import type { OutgoingAttachment, OutgoingMessage } from '../../../mail/model/outgoing';

const message = (fields: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  from: 'Ada Lovelace <ada@example.test>',
  to: 'bob@example.test',
  ...fields,
});
const written = async (fields: Partial<OutgoingMessage>): Promise<Buffer> =>
  await buffer(compose(message(fields)).open());
const read = async (fields: Partial<OutgoingMessage>): Promise<Email> =>
  await PostalMime.parse(await written(fields), { attachmentEncoding: 'arraybuffer' });
const headOf = (raw: Buffer): string =>
  raw
    .toString()
    .split('\r\n\r\n')[0]!
    .replace(/\r\n\s+/g, ' ');

describe('a composed message', () => {
  it.each([
    ['plain', 'Hello'],
    ['with umlauts, other scripts and emoji', 'Grüße aus Köln, 日本語, 🎉'],
    ['with dots at the start of lines', '.\r\n..\r\n.x'],
    ['with a line of 5,000 characters', 'x'.repeat(5000)],
    ['with trailing spaces and tabs', 'a  \r\n\tb\t\r\n'],
    ['that looks like MIME', '--=_boundary\r\nContent-Type: text/html\r\n\r\n=3D'],
    ['with "From " at the start of a line', 'From here on'],
  ])('keeps text %s', async (_, text) => {
    const html = `<p>${text}</p>`;
    const both = await read({ text, html });
    // The parser ends a text with the line end that belongs to the boundary.
    expect(both.text?.replaceAll('\n', '\r\n').trimEnd()).toBe(text.trimEnd());
    expect(both.html?.replaceAll('\n', '\r\n').trimEnd()).toBe(html);
    expect((await read({ text })).html).toBeUndefined();
    expect((await read({ html })).text).toBeUndefined();
  });

  it('has one kind of line end, whatever the input has, and no line that a server would refuse', async () => {
    const raw = await written({ text: 'a\nb\rc\r\nd', html: `<p>\n${'x'.repeat(3000)}</p>` });
    expect(raw.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]/);
    expect(
      Math.max(
        ...raw
          .toString()
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(998);
  });

  it('is the same, byte for byte, each time that it is written', async () => {
    const content = randomBytes(100_000);
    const composed = compose(
      message({
        text: 'a',
        html: 'b',
        attachments: [
          { fileName: 'a.bin', mimeType: 'application/octet-stream', content },
          {
            fileName: 'b.png',
            mimeType: 'image/png',
            content: async () => Readable.from([content]),
            contentId: 'b',
          },
        ],
      }),
    );
    expect((await buffer(composed.open())).equals(await buffer(composed.open()))).toBe(true);
  });

  it('names the sender, the recipients and itself', async () => {
    const composed = compose(
      message({
        cc: 'Cleo <cleo@example.test>, bob@example.test',
        replyTo: '"A, L" <al@example.test>',
        subject: 'Grüße',
      }),
    );
    const email = await PostalMime.parse(await buffer(composed.open()));
    expect(composed.messageId).toMatch(/^<[\w-]{36}@example\.test>$/);
    expect(email).toMatchObject({
      messageId: composed.messageId,
      from: { name: 'Ada Lovelace', address: 'ada@example.test' },
      to: [{ address: 'bob@example.test' }],
      cc: [{ name: 'Cleo', address: 'cleo@example.test' }, { address: 'bob@example.test' }],
      replyTo: [{ name: 'A, L', address: 'al@example.test' }],
      subject: 'Grüße',
    });
    expect(Date.now() - Date.parse(email.date ?? '')).toBeLessThan(5000);
    expect(composed.envelope).toEqual({
      from: 'ada@example.test',
      to: ['bob@example.test', 'cleo@example.test'],
    });
  });

  it('shows the Bcc recipients only to the sender', async () => {
    const bcc = Array.from({ length: 20 }, (_, i) => `Zoë ${i} <zoe${i}@example.test>`).join(', ');
    const composed = compose(message({ bcc }));
    const raw = await buffer(composed.open());
    expect(composed.envelope.to).toHaveLength(21);
    expect(raw.toString()).not.toMatch(/zoe|bcc/i);
    const copy = await PostalMime.parse(Buffer.concat([Buffer.from(composed.bccHeader), raw]));
    expect(copy.bcc).toHaveLength(20);
    expect(copy.bcc?.[19]).toMatchObject({ name: 'Zoë 19', address: 'zoe19@example.test' });
    expect(copy.subject).toBe((await PostalMime.parse(raw)).subject);
  });

  it.each([
    ['high', ['importance: high', 'x-priority: 1 (highest)', 'x-msmail-priority: high']],
    ['low', ['importance: low', 'x-priority: 5 (lowest)', 'x-msmail-priority: low']],
    ['normal', []],
  ] as const)('has the headers of %s importance', async (importance, headers) => {
    const head = headOf(await written({ importance }))
      .toLowerCase()
      .split('\r\n');
    expect(head.filter((line) => /^(importance|x-.*priority)/.test(line))).toEqual(headers);
  });

  it('carries further headers, and those of a thread', async () => {
    const url = `<https://example.test/${'u'.repeat(300)}>`;
    const email = await read({
      headers: [
        { name: 'X-Ticket', value: '42' },
        { name: 'X-Ticket', value: 'Grüße' },
        { name: 'List-Unsubscribe', value: `${url}, <mailto:stop@example.test>` },
      ],
      inReplyTo: '<a@example.test>',
      references: ['<b@example.test>', '<a@example.test>'],
    });
    const values = (key: string) =>
      email.headers.filter((header) => header.key === key).map(({ value }) => value);
    expect(values('x-ticket').map(decodeWords)).toEqual(['42', 'Grüße']);
    expect(values('list-unsubscribe')[0]).toBe(`${url}, <mailto:stop@example.test>`);
    expect(email.inReplyTo).toBe('<a@example.test>');
    expect(email.references).toBe('<b@example.test> <a@example.test>');
  });

  const file = (
    fileName: string,
    mimeType: string,
    content: Buffer,
    contentId?: string,
  ): OutgoingAttachment => ({
    fileName,
    mimeType,
    content: async () => Readable.from([content.subarray(0, 10), content.subarray(10)]),
    contentId,
  });

  it.each<[string, string, string]>([
    ['report.pdf', 'application/pdf', 'application/pdf'],
    ['Übersicht für März 🎉.csv', 'text/csv; charset=utf-8', 'text/csv'],
    ['quote " and \\ back.txt', 'text/plain', 'text/plain'],
    [`${'long '.repeat(60)}name.txt`, 'text/plain', 'text/plain'],
    // These may not be encoded, and would not arrive as they are.
    ['mail.eml', 'message/rfc822', 'application/octet-stream'],
    ['parts.bin', 'multipart/mixed; boundary=x', 'application/octet-stream'],
    ['no-type', '', 'application/octet-stream'],
    ['bad-type', 'text/html\tx\u0007', 'application/octet-stream'],
  ])('keeps every byte of the attachment %s', async (fileName, mimeType, expected) => {
    const content = Buffer.concat([randomBytes(3000), Buffer.from('\n.\n\r\r\n\0From x\n')]);
    const email = await read({ text: 'see file', attachments: [file(fileName, mimeType, content)] });
    expect(email.attachments).toHaveLength(1);
    const [got] = email.attachments;
    expect(got).toMatchObject({ filename: fileName, mimeType: expected, disposition: 'attachment' });
    expect(Buffer.from(got!.content as ArrayBuffer).equals(content)).toBe(true);
  });

  it('keeps pictures inside the HTML, files next to it, and empty files', async () => {
    const picture = randomBytes(500);
    const email = await read({
      text: 'see picture',
      html: '<img src="cid:logo.1">',
      attachments: [
        file('logo.png', 'image/png', picture, 'logo.1'),
        file('a.pdf', 'application/pdf', picture),
        { fileName: 'empty.txt', mimeType: 'text/plain', content: Buffer.alloc(0) },
      ],
    });
    expect(
      email.attachments.map(({ filename, disposition, contentId, related }) => [
        filename,
        disposition,
        contentId,
        related,
      ]),
    ).toEqual([
      ['logo.png', 'inline', '<logo.1>', true],
      ['a.pdf', 'attachment', undefined, undefined],
      ['empty.txt', 'attachment', undefined, undefined],
    ]);
    expect(email.attachments.map(({ content }) => (content as ArrayBuffer).byteLength)).toEqual([
      500, 500, 0,
    ]);
  });

  it('opens an attachment only when its turn comes, and names the one that cannot be read', async () => {
    let opened = 0;
    const attachments: OutgoingAttachment[] = [
      { fileName: 'a', mimeType: 'a/b', content: async () => (opened++, Readable.from([Buffer.from('x')])) },
      {
        fileName: 'b',
        mimeType: 'a/b',
        content: async () => Promise.reject(new Error('gone from the store')),
      },
    ];
    const composed = compose(message({ attachments }));
    expect(opened).toBe(0);
    await expect(buffer(composed.open())).rejects.toMatchObject({
      message: 'Attachment "b": it could not be read (gone from the store)',
    });
    expect(opened).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';

import { compose } from '../../../mail/mime/compose';
import type { OutgoingMessage } from '../../../mail/model/outgoing';

const composed = (fields: Partial<OutgoingMessage>) =>
  compose({ from: 'ada@example.test', to: 'bob@example.test', ...fields });
const recipients = (to: string) => composed({ to }).envelope.to;
const INJECTION = ['a\r\nBcc: eve@example.test', 'a\nb', 'a\rb', 'a\0b'];

describe('what a person typed into a message', () => {
  it.each<[string, string[]]>([
    ['bob@example.test', ['bob@example.test']],
    ['Bob <bob@example.test>', ['bob@example.test']],
    ['"Roe, Bob" <bob@example.test>, cleo@example.test,', ['bob@example.test', 'cleo@example.test']],
    ['bob@example.test; cleo@example.test', ['bob@example.test', 'cleo@example.test']],
    ['Team: bob@example.test, cleo@example.test;', ['bob@example.test', 'cleo@example.test']],
    ['"bob@work" <bob@example.test>', ['bob@example.test']],
    ['bob@example.test, Bob <bob@example.test>', ['bob@example.test']],
    ['"bob roe"@example.test', ['"bob roe"@example.test']],
    ["o'neill+tag/x=y@sub.example.test", ["o'neill+tag/x=y@sub.example.test"]],
    ['bob@localhost', ['bob@localhost']],
    ['bob@[192.0.2.1]', ['bob@[192.0.2.1]']],
    ['bob@BÜCHER.example', ['bob@xn--bcher-kva.example']],
    ['bob@例え.テスト', ['bob@xn--r8jz45g.xn--zckzah']],
    ['zoë@bücher.example', ['zoë@bücher.example']],
  ])('understands the addresses %s', (to, expected) => {
    expect(recipients(to)).toEqual(expected);
  });

  it.each([
    'bob',
    'bob@',
    '@example.test',
    'Bob <>',
    'bob@example.test cleo@example.test',
    'Bob <bob@example.test> Cleo <cleo@example.test>',
    'bob@example.test (cleo@example.test)',
    'bob@exam ple.test',
    'bob@example..test',
    'bob@.example.test',
    'bob..roe@example.test',
    'bob@example.test@example.org',
    'bob roe@example.test',
    'bob@example.test, cleo',
    'bob@example.test> NOTIFY=NEVER <x@y',
    'bob@[1.2.3.4]]',
    'bob@exa%mple.test',
    'bob@exam ple.test, Cleo <cleo@example.test>',
  ])('refuses the addresses %s in every field', (list) => {
    for (const [field, name] of [
      ['to', 'To'],
      ['cc', 'CC'],
      ['bcc', 'BCC'],
      ['replyTo', 'Reply To'],
      ['from', 'From'],
    ] as const) {
      expect(() => composed({ [field]: list })).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(`^${name}: `) }),
      );
    }
  });

  it('says which addresses need a server that accepts letters beyond ASCII', () => {
    expect(composed({ cc: 'bob@bücher.example' }).utf8Address).toBeUndefined();
    expect(composed({ cc: 'zoë@example.test' }).utf8Address).toBe('zoë@example.test');
  });

  it('needs one sender and at least one recipient', () => {
    expect(() => composed({ from: '' })).toThrow('From: it is empty');
    expect(() => composed({ from: 'a@example.test, b@example.test' })).toThrow(
      'From: it contains more than one',
    );
    expect(() => composed({ to: ' ' })).toThrow('To: it is empty');
    expect(composed({ to: '', bcc: 'bob@example.test' }).envelope.to).toEqual(['bob@example.test']);
  });

  it.each(INJECTION)('refuses %j in everything that ends up in a header', (text) => {
    const attachment = { mimeType: 'text/plain', content: Buffer.from('x') };
    const places: Array<Partial<OutgoingMessage>> = [
      ...(['from', 'to', 'cc', 'bcc', 'replyTo'] as const).map((field) => ({
        [field]: `${text}@example.test`,
      })),
      ...(['from', 'to', 'cc', 'bcc', 'replyTo'] as const).map((field) => ({
        [field]: `"${text}" <a@b.test>`,
      })),
      { subject: text },
      { inReplyTo: text },
      { references: [text] },
      { headers: [{ name: 'X-A', value: text }] },
      { headers: [{ name: text, value: 'x' }] },
      { attachments: [{ ...attachment, fileName: text }] },
      { attachments: [{ ...attachment, fileName: 'x', contentId: text }] },
    ];
    for (const place of places) {
      expect(() => composed(place), JSON.stringify(place)).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT' }),
      );
    }
  });

  it('does not let the type of an attachment add headers', async () => {
    const attachments = INJECTION.map((text) => ({
      fileName: 'x',
      mimeType: `text/plain; x=${text}`,
      content: Buffer.from('x'),
    }));
    const chunks = await composed({ attachments }).open().toArray();
    expect(Buffer.concat(chunks as Buffer[]).toString()).not.toMatch(/eve@|x=a/);
  });

  it.each([
    'From',
    'to',
    'BCC',
    'Subject',
    'date',
    'Message-ID',
    'Content-Type',
    'MIME-Version',
    'Importance',
  ])('refuses the header %s, which the message sets itself', (name) => {
    expect(() => composed({ headers: [{ name, value: 'x@example.test' }] })).toThrow(
      `"${name}" is set by the message itself`,
    );
  });

  it.each(['', 'X Ticket', 'X:Ticket', 'X-Tïcket', 'X\tA'])('refuses %j as the name of a header', (name) => {
    expect(() => composed({ headers: [{ name, value: 'x' }] })).toThrow('is not the name of a header');
  });

  it('refuses a header that is longer than a line may be, and the thread headers that it sets itself', () => {
    const word = { name: 'X-A', value: `a ${'x'.repeat(901)}` };
    expect(() => composed({ headers: [word] })).toThrow('more than 900 characters without a space');
    const reference = { name: 'References', value: '<a@example.test>' };
    expect(() => composed({ headers: [reference] })).not.toThrow();
    expect(() => composed({ headers: [reference], references: ['<b@example.test>'] })).toThrow('References');
  });
});

import type { MessageStructureObject } from 'imapflow';
import { describe, expect, it } from 'vitest';

import { partNumber, type BodyPart } from '../../../mail/mime/body-part';
import { attachments, classify } from '../../../mail/mime/classify';
import { processorTime } from '../processor-time';

type Node = Partial<MessageStructureObject> & { type: string };

/** Numbers the parts as IMAP does: by their place within each multipart (RFC 9051 section 6.4.5.1). */
function multipart(subtype: string, children: Node[], number = ''): Node {
  const childNodes = children.map((child, index) => {
    const part = number ? `${number}.${index + 1}` : `${index + 1}`;
    return child.childNodes && child.type.startsWith('multipart/')
      ? multipart(child.type.slice('multipart/'.length), child.childNodes as Node[], part)
      : { ...child, part };
  });
  return { type: `multipart/${subtype}`, ...(number ? { part: number } : {}), childNodes } as Node;
}

const structure = (node: Node) => node as MessageStructureObject;
const plain: Node = { type: 'text/plain', size: 10 };
const html: Node = { type: 'text/html', size: 20 };
const image: Node = { type: 'image/png', disposition: 'inline', id: '<logo@x>', size: 30 };
const file = (filename: string, type = 'application/pdf'): Node => ({
  type,
  disposition: 'attachment',
  dispositionParameters: { filename },
  size: 40,
});

const seen = (node: Node) => {
  const { bodies } = classify(structure(node));
  const numbers = (form: 'text' | 'html') =>
    bodies.flatMap((segment) => segment[form].map(partNumber)).join(' + ') || undefined;
  return {
    text: numbers('text'),
    html: numbers('html'),
    attachments: attachments(structure(node)).map(({ part, inline }) => `${part}${inline ? ' inline' : ''}`),
  };
};

describe('the parts of a message', () => {
  it.each<[string, Node, ReturnType<typeof seen>]>([
    ['plain text alone', plain, { text: '1', html: undefined, attachments: [] }],
    ['HTML alone', html, { text: undefined, html: '1', attachments: [] }],
    ['a file alone', file('a.pdf'), { text: undefined, html: undefined, attachments: ['1'] }],
    ['text and HTML', multipart('alternative', [plain, html]), { text: '1', html: '2', attachments: [] }],
    [
      'HTML with an image in it',
      multipart('alternative', [plain, multipart('related', [html, image])]),
      { text: '1', html: '2.1', attachments: ['2.2 inline'] },
    ],
    [
      'everything that common mail programs nest',
      multipart('mixed', [
        multipart('related', [multipart('alternative', [plain, html]), image]),
        file('a.pdf'),
        file('b.txt', 'text/plain'),
      ]),
      { text: '1.1.1', html: '1.1.2', attachments: ['1.2 inline', '2', '3'] },
    ],
    [
      'five levels deep',
      multipart('mixed', [
        multipart('mixed', [multipart('mixed', [multipart('mixed', [plain, file('a')])])]),
      ]),
      { text: '1.1.1.1', html: undefined, attachments: ['1.1.1.2'] },
    ],
    [
      'a text after the first one, as mailing lists add',
      multipart('mixed', [plain, plain]),
      { text: '1 + 2', html: undefined, attachments: [] },
    ],
    [
      'a PDF that Apple Mail calls inline',
      multipart('mixed', [plain, { ...file('invoice.pdf'), disposition: 'inline', id: '<1@x>' }]),
      { text: '1', html: undefined, attachments: ['2'] },
    ],
    [
      'the AMP version of a newsletter',
      multipart('alternative', [plain, { type: 'text/x-amp-html' }, html]),
      { text: '1', html: '3', attachments: ['2 inline'] },
    ],
    [
      'a text with a name, which makes it no attachment',
      multipart('mixed', [{ ...plain, parameters: { name: 'mail.txt' } }, plain]),
      { text: '1 + 2', html: undefined, attachments: [] },
    ],
    [
      'a text with a name behind the first one, which is shown and can be downloaded',
      multipart('mixed', [plain, { ...plain, parameters: { name: 'log.txt' } }]),
      { text: '1 + 2', html: undefined, attachments: ['2 inline'] },
    ],
    [
      'texts around a picture',
      multipart('mixed', [plain, image, plain]),
      { text: '1 + 3', html: undefined, attachments: ['2 inline'] },
    ],
    [
      'one text for HTML in two pieces, as Apple Mail writes it',
      multipart('alternative', [plain, multipart('mixed', [html, file('a.pdf'), html])]),
      { text: '1', html: '2.1 + 2.3', attachments: ['2.2'] },
    ],
    [
      'a digest',
      multipart('digest', [{ type: 'message/rfc822' }, { type: 'message/rfc822' }]),
      { text: undefined, html: undefined, attachments: ['1', '2'] },
    ],
    [
      'a part that is named as the one that the others belong to',
      { ...multipart('related', [image, { ...html, id: '<root@x>' }]), parameters: { start: '<root@x>' } },
      { text: undefined, html: '2', attachments: ['1 inline'] },
    ],
    [
      'a report that was not delivered',
      multipart('report', [plain, { type: 'message/delivery-status' }, { type: 'message/rfc822' }]),
      { text: '1', html: undefined, attachments: ['2 inline', '3'] },
    ],
    [
      'a type of text that nobody knows',
      { type: 'text/markdown' },
      { text: '1', html: undefined, attachments: [] },
    ],
    [
      'an invitation',
      multipart('alternative', [plain, html, { type: 'text/calendar' }]),
      { text: '1', html: '2', attachments: ['3 inline'] },
    ],
    [
      'an HTML file attached before the text',
      multipart('mixed', [file('page.html', 'text/html'), html]),
      { text: undefined, html: '2', attachments: ['1'] },
    ],
    [
      'a signed message',
      multipart('signed', [plain, { type: 'application/pkcs7-signature' }]),
      { text: '1', html: undefined, attachments: ['2'] },
    ],
    [
      'an empty multipart',
      { type: 'multipart/mixed', childNodes: [] },
      { text: undefined, html: undefined, attachments: [] },
    ],
  ])('%s', (_, node, expected) => {
    expect(seen(node)).toEqual(expected);
  });

  it('treats an attached message as a file, and does not use its text', () => {
    const forwarded: Node = {
      type: 'message/rfc822',
      size: 500,
      childNodes: [{ ...structure(html), part: '2.1' }],
    };
    const node = multipart('mixed', [plain, forwarded]);
    expect(seen(node)).toEqual({ text: '1', html: undefined, attachments: ['2'] });
  });

  it('does not use a forwarded message as the text of a mail that has none', () => {
    const forwarded: Node = { type: 'message/rfc822', childNodes: [{ ...structure(plain), part: '1.1' }] };
    expect(seen(multipart('mixed', [forwarded]))).toEqual({
      text: undefined,
      html: undefined,
      attachments: ['1'],
    });
  });

  it('describes attachments as the structure does', () => {
    const node = multipart('mixed', [
      plain,
      file('Übersicht.pdf'),
      image,
      { type: 'application/zip', parameters: { name: 'old-style.zip' } },
      { type: 'image/gif', id: '<shown@x>' },
      { type: 'image/gif', id: '<kept@x>', disposition: 'attachment' },
    ]);
    expect(attachments(structure(node))).toEqual([
      { part: '2', fileName: 'Übersicht.pdf', mimeType: 'application/pdf', size: 40, inline: false },
      { part: '3', fileName: '', mimeType: 'image/png', size: 30, inline: true, contentId: 'logo@x' },
      { part: '4', fileName: 'old-style.zip', mimeType: 'application/zip', size: 0, inline: false },
      { part: '5', fileName: '', mimeType: 'image/gif', size: 0, inline: true, contentId: 'shown@x' },
      { part: '6', fileName: '', mimeType: 'image/gif', size: 0, inline: false, contentId: 'kept@x' },
    ]);
  });
});

describe('multiparts within each other', () => {
  it.each(['related', 'mixed', 'alternative'])('cost no more than their number: %s', (kind) => {
    let node: BodyPart = { type: 'text/plain', part: '1' };
    for (let depth = 0; depth < 50; depth++) node = { type: `multipart/${kind}`, childNodes: [node] };
    // Each level would double it otherwise.
    expect(processorTime(() => expect(classify(node).bodies).toHaveLength(1))).toBeLessThan(5000);
  });
});

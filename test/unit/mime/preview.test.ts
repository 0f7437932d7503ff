import { describe, expect, it } from 'vitest';

import { previewOfBeginning } from '../../../mail/mime/preview';
import { previewOf } from '../../../mail/model/preview';
import { mail } from '../../servers/mime';
import { processorTime } from '../processor-time';

describe('a preview', () => {
  it.each([
    ['  One\r\n\r\n two\t\tthree ', 'One two three'],
    ['', undefined],
    [' \r\n\u00a0\u200b', undefined],
    ['Read more [https://example.test/a?b=c] or write [mailto:a@example.test]', 'Read more or write'],
    ['[not a link]', '[not a link]'],
    ['Sale \u034f\u200c\u00a0\u034f\u200c\u00a0\u00ad now', 'Sale now'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['x'.repeat(100), 'x'.repeat(100)],
    ['x'.repeat(101), `${'x'.repeat(100)}…`],
    [`${'word '.repeat(30)}`, `${'word '.repeat(20).trim()}…`],
    [`${'x'.repeat(99)}🎉🎉`, `${'x'.repeat(99)}…`],
  ])('of %j', (text, expected) => {
    expect(previewOf(text)).toBe(expected);
  });

  it.each([
    ['white space', ' '.repeat(5_000_000)],
    ['joiners', '\u200c'.repeat(5_000_000)],
    ['brackets', '[https:'.repeat(1_000_000)],
    ['zero-width spaces', '\u200b'.repeat(5_000_000)],
  ])('takes no longer for %s that a stranger repeats', (_, text) => {
    expect(processorTime(() => previewOf(text))).toBeLessThan(500);
  });
});

describe('the preview of the beginning of a message', () => {
  const whole = mail({
    text: `Gruß und Kuß, ${'äöü '.repeat(2000)}`,
    html: `<p>${'x'.repeat(5000)}</p>`,
    attachments: [{ filename: 'a.bin', contentType: 'application/x-data', content: Buffer.alloc(9000) }],
  });
  const body = whole.indexOf('\r\n\r\n') + 4;

  it('never fails, wherever the message is cut', () => {
    const full = previewOfBeginning(whole, { isCut: false });
    expect(full).toMatch(/^Gruß und Kuß, äöü/);
    for (let end = body; end < body + 1500; end++) {
      const preview = previewOfBeginning(whole.subarray(0, end), { isCut: true });
      expect(full?.startsWith(preview?.replace('…', '') ?? '')).toBe(true);
    }
    expect(previewOfBeginning(whole.subarray(0, body + 1500), { isCut: true })).toBe(full);
  });

  it('shows nothing of a page that has not come to its text', () => {
    const page = mail({ html: `<head><style>${'p { color: red } '.repeat(1000)}</style></head><p>Hi</p>` });
    expect(previewOfBeginning(page.subarray(0, 3000), { isCut: true })).toBeUndefined();
    expect(previewOfBeginning(page, { isCut: false })).toBe('Hi');
  });

  it('shows no half of a tag', () => {
    const page = mail({ html: `<p>Hi</p><a href="https://example.test/${'x'.repeat(900)}">there</a>` });
    expect(previewOfBeginning(page.subarray(0, page.length - 300), { isCut: true })).toBe('Hi');
  });
});

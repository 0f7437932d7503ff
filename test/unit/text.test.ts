import { describe, expect, it } from 'vitest';

import { assertSingleLine, safeFileName } from '../../mail/text';

describe('assertSingleLine', () => {
  it.each(['a\rb', 'a\nb', '\r\nA1 LOGOUT', 'a\0b', 'ends with a break\n'])('refuses %j', (text) => {
    expect(() => assertSingleLine('Folder', text)).toThrow(/^Folder: it contains a line break/);
  });

  it.each(['', 'Archive/2026', 'tab\there', 'Grüße 🎉', '"quoted" \\ {5}'])('gives back %j', (text) => {
    expect(assertSingleLine('Folder', text)).toBe(text);
  });
});

describe('safeFileName', () => {
  it.each<[string | undefined, string]>([
    ['report.pdf', 'report.pdf'],
    ['Übersicht Q3 (final).xlsx', 'Übersicht Q3 (final).xlsx'],
    ['日本語.txt', '日本語.txt'],
    ['../../etc/passwd', 'etc_passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['C:\\Users\\ada\\cv.doc', 'Users_ada_cv.doc'],
    ['a/b\\c.txt', 'a_b_c.txt'],
    ['Invoice 11/2026.pdf', 'Invoice 11_2026.pdf'],
    ['evil\u202Egnp.exe', 'evilgnp.exe'],
    ['a\u0000b\r\nc\u007f.txt', 'abc.txt'],
    ['what?<is>"this"|*.txt', 'whatisthis.txt'],
    ['file.txt:stream', 'file.txtstream'],
    ['.htaccess', 'htaccess'],
    ['name. ', 'name'],
    ['folder/', 'folder'],
    ['/', 'part-2'],
    ['..', 'part-2'],
    ['', 'part-2'],
    ['\u202e', 'part-2'],
    [undefined, 'part-2'],
    ['CON', '_CON'],
    ['aux.txt', '_aux.txt'],
    ['nul.tar.gz', '_nul.tar.gz'],
    ['Com1 .log', '_Com1 .log'],
    ['LPT\u00b2', '_LPT\u00b2'],
    ['CONIN$', '_CONIN$'],
    ['con\u200b.txt', '_con.txt'],
    ['.aux', '_aux'],
    ['console.log', 'console.log'],
    ['COM10.txt', 'COM10.txt'],
    ['pay\u200bload\u00ad.e\ufeffxe', 'payload.exe'],
    ['\u3164\u115f\u2800', 'part-2'],
    ['tag\u{e0061}\u{e0062}.txt', 'tag.txt'],
    ['half\ud800.txt', 'half.txt'],
    ['\ud83d\ude00.txt', '\u{1f600}.txt'],
    ['line\u2028break.txt', 'linebreak.txt'],
  ])('of %j is %j', (name, expected) => {
    expect(safeFileName(name, 'part-2')).toBe(expected);
  });

  it('keeps the extension of a name that is too long for a file system', () => {
    const name = safeFileName(`${'x'.repeat(500)}.pdf`, 'part-2');
    expect(name).toHaveLength(200);
    expect(name.endsWith('.pdf')).toBe(true);
  });

  it('stays within the 255 bytes that file systems allow, in every script', () => {
    for (const letter of ['ü', '語', '🎉']) {
      const name = safeFileName(`${letter.repeat(300)}.pdf`, 'part-2');
      expect(Buffer.byteLength(name), letter).toBeLessThanOrEqual(255);
      expect(name, 'half a character').not.toMatch(/\p{Surrogate}/u);
      expect(name.endsWith('.pdf')).toBe(true);
    }
  });

  it('leaves no dots or blanks at the start when it cuts', () => {
    const name = safeFileName(`${'x'.repeat(300)}.${'y'.repeat(199)}`, 'part-2');
    expect(name).not.toMatch(/^[.\s]/);
  });
});

import { describe, expect, it } from 'vitest';

import { withQuotedName } from '../../../mail/imap/bare-names';

describe('a name without the quotation marks that it needs', () => {
  it.each([
    ['* LIST () "/" Sent Items', '* LIST () "/" "Sent Items"'],
    ['* list (\\Sent)  nil  Sent Items ', '* list (\\Sent)  nil  "Sent Items"'],
    ['* LIST () "/" a\tb\t', '* LIST () "/" "a\tb\t"'],
    ['* LIST () "\\"" a b', '* LIST () "\\"" "a b"'],
    ['* LIST () "/" DOMAIN\\ada x', '* LIST () "/" "DOMAIN\\\\ada x"'],
    ['* LIST () "/" "a"b"', '* LIST () "/" "a\\"b"'],
    ['* LIST () "/" "a\\"b"c"', '* LIST () "/" "a\\"b\\"c"'],
    ['* LIST () "/" "', '* LIST () "/" "\\""'],
    ['* LIST () "/" NIL', '* LIST () "/" "NIL"'],
    ['* LSUB () "." a b (CHILDINFO ("SUBSCRIBED"))', '* LSUB () "." "a b" (CHILDINFO ("SUBSCRIBED"))'],
    ['* STATUS Sent Items (MESSAGES 1)', '* STATUS "Sent Items" (MESSAGES 1)'],
    ['* STATUS a (b) (MESSAGES 1 )', '* STATUS "a (b)" (MESSAGES 1 )'],
  ])('%s', (line, expected) => {
    expect(withQuotedName(line)).toBe(expected);
  });

  it.each([
    ...['* LIST () "/" INBOX', '* LIST () "/" "a \\"b\\""', '* LIST () "/" {5}', '* LIST () "/" ""'],
    ...['* LIST () "/" [Gmail]/All', '* LIST () "/" Work ("CHILDINFO" ("SUBSCRIBED"))', '* LIST () "/"'],
    ...[
      '* STATUS "a b" (MESSAGES 1)',
      '* STATUS INBOX (MESSAGES 1) ',
      '* STATUS',
      '* SEARCH 1 2',
      '* LIST (',
    ],
  ])('is added nowhere else: %s', (line) => {
    expect(withQuotedName(line)).toBe(line);
  });

  it('takes no longer for a line that is made to take long', () => {
    const started = performance.now();
    for (const line of [
      `* LIST ${'('.repeat(9000)}`,
      `* LIST () "${'\\"'.repeat(4000)} x`,
      `* LIST () "/" ${' ('.repeat(4000)}`,
      `* LIST () "/" ${'" '.repeat(4000)}`,
      `* STATUS ${'a ('.repeat(3000)}`,
      `* LIST ${' '.repeat(9000)}x`,
      `* LIST () "/" a${' '.repeat(9000)}b`,
    ]) {
      withQuotedName(line);
    }
    expect(performance.now() - started).toBeLessThan(50);
  });
});

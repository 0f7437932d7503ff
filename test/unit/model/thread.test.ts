import { describe, expect, it } from 'vitest';

import { threadRoot } from '../../../mail/mime/thread-root';
import { assertLabel } from '../../../mail/model/labels';
import type { SpecialUse } from '../../../mail/model/folder';
import type { Message } from '../../../mail/model/message';
import { rankOf, withoutCopies } from '../../../mail/model/thread';
import { processorTime } from '../processor-time';

describe('the thread that a header puts a message in', () => {
  it.each([
    [['<a@x> <b@x>', '<b@x>', '<c@x>'], '<a@x>'],
    [[undefined, '<b@x>', '<c@x>'], '<b@x>'],
    [['', '', '<c@x>'], '<c@x>'],
    [['no id', 'Your message of Monday <b@x>', '<c@x>'], '<b@x>'],
    [['< a@x> <d@x>', undefined, '<c@x>'], '<d@x>'],
    [['<ä@x>', undefined, undefined], undefined],
    [[undefined, undefined, 'c@x'], undefined],
    [[`<${'a'.repeat(300)}>`, undefined, '<c@x>'], '<c@x>'],
  ])('of %j', (fields, root) => {
    expect(threadRoot(...fields)).toBe(root);
  });

  it('takes time in proportion to the header', () => {
    for (const hostile of ['<'.repeat(1_000_000), '<a'.repeat(500_000), `<${'a'.repeat(1_000_000)}`]) {
      expect(processorTime(() => expect(threadRoot(hostile)).toBeUndefined())).toBeLessThan(700);
    }
  });
});

const message = (id: string, more: Partial<Message> = {}): Message => ({
  ...{ id, folder: 'INBOX', subject: id, from: [], replyTo: [], to: [], cc: [], bcc: [] },
  ...{ isRead: false, isFlagged: false, isAnswered: false, isDraft: false, keywords: [] },
  ...{ size: 1, attachments: [], ...more },
});
const idsOf = (messages: readonly Message[]) => messages.map(({ id }) => id);

describe('copies of a message', () => {
  const from = [{ name: '', address: 'ada@example.test' }];
  const same = { messageId: '<a@x>', date: '2026-11-01T09:00:00.000Z', from };
  const rank = (folder: string) => ['INBOX', 'Sent', 'Trash'].indexOf(folder);

  it('are given once, from the folder that comes first', () => {
    const all = [
      message('trash', { ...same, folder: 'Trash' }),
      message('sent', { ...same, folder: 'Sent' }),
      message('inbox', same),
    ];
    expect(idsOf(withoutCopies(all, rank))).toEqual(['inbox']);
    expect(idsOf(withoutCopies(all.slice(0, 2), rank))).toEqual(['sent']);
  });

  it('are not what only has the same Message-ID, or none, or is in the same folder', () => {
    const mallory = [{ name: '', address: 'mallory@example.test' }];
    const all = [
      message('one', same),
      message('forged', { ...same, folder: 'Sent', from: mallory }),
      message('twice', same),
      message('none', { messageId: undefined, folder: 'INBOX' }),
      message('none either', { messageId: undefined, folder: 'Sent' }),
    ];
    expect(idsOf(withoutCopies(all, rank))).toEqual(idsOf(all));
  });
});

it('prefers the folder of the message itself, but never the trash', () => {
  const ranks = (
    ['\\Inbox', '\\Sent', '\\Archive', undefined, '\\All', '\\Drafts', '\\Junk', '\\Trash'] as const
  ).map((use: SpecialUse | undefined) => rankOf(use, false));
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(new Set(ranks).size).toBe(ranks.length);
  expect(rankOf(undefined, true)).toBeLessThan(rankOf('\\Inbox', false));
  expect(rankOf('\\Trash', true)).toBe(rankOf('\\Trash', false));
});

describe('a label', () => {
  it.each([
    ['Customers/Acme', 'Customers/Acme'],
    [' 日本 & "x" ', '日本 & "x"'],
    ['\\inbox', '\\Inbox'],
    ['\\IMPORTANT', '\\Important'],
  ])('%j is %j', (given, name) => expect(assertLabel('Add Labels', given)).toBe(name));

  it.each(['', ' ', '\\', '\\two words', 'a\nb', 'a\0b', 'x'.repeat(226)])('%j is none', (given) => {
    expect(() => assertLabel('Add Labels', given)).toThrow(/^Add Labels/);
  });
});

import type { FetchMessageObject } from 'imapflow';
import { describe, expect, it } from 'vitest';

import { toMessage } from '../../../mail/imap/convert';
import { rawFields } from '../../../mail/mime/header';
import { structureOf } from '../../../mail/imap/structure';
import { parseId } from '../../../mail/imap/message-id';
import { summarize } from '../../../mail/model/summary';

const fetched = (fields: Partial<FetchMessageObject> = {}): FetchMessageObject => ({
  seq: 1,
  uid: 7,
  ...fields,
});
const convert = (fields?: Partial<FetchMessageObject>) => {
  const item = fetched(fields);
  const header = item.headers && rawFields(item.headers);
  return toMessage(item, 'Archive/2026', 5n, header ?? [], structureOf(item, header).structure);
};
const headerOf = (...lines: string[]) => Buffer.from([...lines, '', ''].join('\r\n'));

describe('toMessage', () => {
  it('accepts a message about which the server says nothing', () => {
    expect(convert()).toEqual({
      id: 'Archive/2026;UIDVALIDITY=5/;UID=7',
      folder: 'Archive/2026',
      messageId: undefined,
      inReplyTo: undefined,
      subject: '',
      from: [],
      replyTo: [],
      to: [],
      cc: [],
      bcc: [],
      date: undefined,
      receivedAt: undefined,
      isRead: false,
      isFlagged: false,
      isAnswered: false,
      isDraft: false,
      keywords: [],
      size: 0,
      attachments: [],
    });
  });

  it('gives an id that names the message', () => {
    expect(parseId(convert().id)).toEqual({ folder: 'Archive/2026', uidValidity: 5n, uid: 7 });
  });

  it.each<[string, object]>([
    ['\\Seen', { isRead: true, isFlagged: false, isAnswered: false, isDraft: false }],
    ['\\Flagged', { isRead: false, isFlagged: true, isAnswered: false, isDraft: false }],
    ['\\Answered', { isRead: false, isFlagged: false, isAnswered: true, isDraft: false }],
    ['\\Draft', { isRead: false, isFlagged: false, isAnswered: false, isDraft: true }],
  ])('recognizes the flag %s, and not as a keyword', (flag, expected) => {
    expect(convert({ flags: new Set([flag]) })).toMatchObject({ ...expected, keywords: [] });
  });

  it('passes other flags on as keywords, but for \\Recent', () => {
    const flags = new Set(['$Forwarded', '\\Recent', '\\Deleted', 'todo', '\\Seen']);
    expect(convert({ flags }).keywords).toEqual(['$Forwarded', '\\Deleted', 'todo']);
  });

  it('writes dates in UTC, and leaves out invalid dates', () => {
    const written = convert({
      headers: headerOf('Date: Thu, 5 Mar 2026 12:00:00 +0530'),
      internalDate: '2026-03-05T12:00:00-08:00',
    });
    expect(written).toMatchObject({
      date: '2026-03-05T06:30:00.000Z',
      receivedAt: '2026-03-05T20:00:00.000Z',
    });
    const unreadable = convert({ headers: headerOf('Date: x'), internalDate: 'yesterday, I think' });
    expect(unreadable.date).toBeUndefined();
    expect(unreadable.receivedAt).toBeUndefined();
  });

  it('keeps addresses that lack a name or an address', () => {
    const { from } = convert({
      headers: headerOf('From: Ada <ada@x>, bob@x, Undisclosed'),
    });
    expect(from).toEqual([
      { name: 'Ada', address: 'ada@x' },
      { name: '', address: 'bob@x' },
      { name: 'Undisclosed', address: '' },
    ]);
  });
});

describe('summarize', () => {
  const written = (name: string, address = 'a@x') =>
    summarize({ ...convert(), from: [{ name, address }] }).from;

  it.each<[string, string]>([
    ['', 'a@x'],
    ['Ada Lovelace', 'Ada Lovelace <a@x>'],
    ["Miles O'Brien", "Miles O'Brien <a@x>"],
    ['José Ñandú', 'José Ñandú <a@x>'],
    ['山田太郎', '山田太郎 <a@x>'],
    ['Lovelace, Ada', '"Lovelace, Ada" <a@x>'],
    ['Ada (Sales)', '"Ada (Sales)" <a@x>'],
    ['a@b.c', '"a@b.c" <a@x>'],
    ['The "Boss"', '"The \\"Boss\\"" <a@x>'],
    ['x> <evil@x', '"x> <evil@x" <a@x>'],
  ])('writes the name %j as %j', (name, expected) => {
    expect(written(name)).toBe(expected);
  });

  it('has empty texts instead of gaps, and no body unless asked for', () => {
    const summary = summarize(convert());
    expect(summary).toMatchObject({ messageId: '', subject: '', from: '', to: '', date: '', receivedAt: '' });
    expect(Object.keys(summary)).not.toContain('text');
    expect(Object.values(summary)).not.toContain(undefined);
    const content = { text: 'a', html: 'b' };
    expect(summarize({ ...convert(), content })).toMatchObject(content);
  });
});

import { describe, expect, it } from 'vitest';

import { toKeys, toSearch } from '../../../mail/imap/search';
import type { Message } from '../../../mail/model/message';
import { assertQuery, isEmptyQuery, matchesExactly, type MessageQuery } from '../../../mail/model/query';
import { random } from '../random';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const at = (text: string) => new Date(text);

const received = (receivedAt: Date | undefined, attachments: Message['attachments'] = []): Message =>
  ({ receivedAt: receivedAt?.toISOString(), attachments }) as Message;

/** The calendar day of a moment where clocks are this far ahead of UTC, as a number. */
const dayAt = (moment: Date, offset: number) => Math.floor((moment.getTime() + offset) / DAY);

describe('a search by time', () => {
  // RFC 9051 section 6.4.4: SINCE and BEFORE compare days, and disregard time and zone.
  it('misses no message that matches exactly, in whatever time zone the server keeps its days', () => {
    const next = random(2);
    const start = at('2026-03-01T00:00:00Z').getTime();
    const moment = () => new Date(start + Math.floor(next() * 10 * DAY));
    let matching = 0;
    for (let round = 0; round < 5000; round++) {
      const query: MessageQuery = {
        ...(next() < 0.7 ? { receivedAfter: moment() } : {}),
        ...(next() < 0.7 ? { receivedBefore: moment() } : {}),
      };
      const arrived = moment();
      const zone = Math.floor(-12 + next() * 27) * HOUR;
      if (!matchesExactly(received(arrived), query)) continue;
      matching++;
      const search = toSearch(query) as { since?: Date; before?: Date } | undefined;
      const day = dayAt(arrived, zone);
      if (search?.since) expect(day).toBeGreaterThanOrEqual(dayAt(search.since, 0));
      if (search?.before) expect(day).toBeLessThan(dayAt(search.before, 0));
    }
    expect(matching).toBeGreaterThan(1000);
  });

  it('asks for only a few days more than wanted', () => {
    const query = { receivedAfter: at('2026-03-05T12:00:00Z'), receivedBefore: at('2026-03-06T12:00:00Z') };
    expect(toSearch(query)).toEqual({
      since: at('2026-03-04T00:00:00Z'),
      before: at('2026-03-08T00:00:00Z'),
    });
  });
});

describe('toSearch', () => {
  it.each<[MessageQuery, object | undefined]>([
    [{}, undefined],
    [{ hasAttachments: true }, undefined],
    [{ isRead: false }, { seen: false }],
    [{ isRead: true }, { seen: true }],
    [
      { from: ['a'], to: ['b'], cc: ['e'], bcc: ['f'], subject: ['c'], body: ['d'] },
      { from: 'a', to: 'b', cc: 'e', bcc: 'f', subject: 'c', body: 'd' },
    ],
    [
      { subject: [{ exactly: 'c' }], withoutKeyword: ['Done'] },
      { subject: 'c', unKeyword: 'Done' },
    ],
    // For `toKeys`.
    [{ from: ['a', 'b'], withoutKeyword: ['c', 'd'] }, undefined],
    // imapflow would leave out a 0 and send a SEARCH without criteria.
    [{ largerThan: 0 }, undefined],
    [{ largerThan: 10.7 }, { larger: 10 }],
    // Smaller than 10.7 is 10 at most, and so smaller than 11.
    [{ smallerThan: 10.7 }, { smaller: 11 }],
    [
      { isFlagged: true, isAnswered: false, keyword: ['$Forwarded'] },
      { flagged: true, answered: false, keyword: '$Forwarded' },
    ],
    [{ messageId: 'a@b' }, { header: { 'Message-ID': '<a@b>' } }],
    [{ messageId: ' <a@b> ' }, { header: { 'Message-ID': '<a@b>' } }],
    [{ raw: 'UNSEEN' }, undefined],
  ])('of %j is %j', (query, search) => {
    expect(toSearch(query)).toEqual(search);
  });
});

describe('toKeys', () => {
  /** As it stands in the command. */
  const written = (query: MessageQuery) =>
    toKeys(query)
      .map((one) => ('value' in one ? String(one.value) : '(…)'))
      .join(' ');

  it.each<[MessageQuery, string]>([
    [{ from: ['a'] }, ''],
    [{ from: ['a', 'b'] }, 'OR FROM a FROM b'],
    [{ cc: ['a', 'b', 'c'] }, 'OR OR CC a CC b CC c'],
    [{ from: ['a', 'b'], subject: ['c', { exactly: 'd' }] }, 'OR FROM a FROM b OR SUBJECT c SUBJECT d'],
    [{ keyword: ['A', 'B'] }, 'OR KEYWORD A KEYWORD B'],
    // None of them.
    [{ withoutKeyword: ['A', 'B'] }, 'UNKEYWORD A UNKEYWORD B'],
  ])('of %j are %s', (query, keys) => {
    expect(written(query)).toBe(keys);
  });

  it('nests a hundred values seven deep', () => {
    const keys = written({ from: Array.from({ length: 100 }, (_, i) => `${i}@example.test`) });
    expect(keys.match(/\bFROM\b/g)).toHaveLength(100);
    expect(keys.match(/\bOR\b/g)).toHaveLength(99);
    let open: number[] = [];
    let deepest = 0;
    // Each OR waits for two operands.
    for (const word of keys.split(' ').filter((one) => one === 'OR' || one === 'FROM')) {
      if (word === 'OR') open.push(2);
      else {
        while (open.length > 0 && --open[open.length - 1]! === 0) open = open.slice(0, -1);
      }
      deepest = Math.max(deepest, open.length);
    }
    expect(deepest).toBe(7);
  });

  it('sends what is beyond ASCII as literals', () => {
    expect(toKeys({ from: ['ü', 'a'] }).map((one) => ('type' in one ? one.type : ''))).toEqual([
      ...['ATOM', 'ATOM', 'LITERAL', 'ATOM', 'ATOM'],
    ]);
  });
});

describe('matchesExactly', () => {
  const noon = at('2026-03-05T12:00:00Z');
  const moments = [-1, 0, 1].map((step) => new Date(noon.getTime() + step));

  it('takes "after" as at or after, and "before" as before', () => {
    const match = (query: MessageQuery) => moments.map((moment) => matchesExactly(received(moment), query));
    expect(match({ receivedAfter: noon })).toEqual([false, true, true]);
    expect(match({ receivedBefore: noon })).toEqual([true, false, false]);
  });

  it('leaves out a message without a time when a time is asked for', () => {
    expect(matchesExactly(received(undefined), { receivedAfter: noon })).toBe(false);
    expect(matchesExactly(received(undefined), { receivedBefore: noon })).toBe(false);
    expect(matchesExactly(received(undefined), {})).toBe(true);
  });

  it('counts attachments, but not the images in the text', () => {
    const part = { part: '2', fileName: 'a', mimeType: 'image/png', size: 1 };
    const inline = { ...part, inline: true };
    const attached = { ...part, inline: false };
    const match = (attachments: Message['attachments']) =>
      [true, false].map((hasAttachments) => matchesExactly(received(noon, attachments), { hasAttachments }));
    expect(match([])).toEqual([false, true]);
    expect(match([inline])).toEqual([false, true]);
    expect(match([inline, attached])).toEqual([true, false]);
  });
});

describe('assertQuery', () => {
  const noon = at('2026-03-05T12:00:00Z');

  it.each<[MessageQuery, RegExp]>([
    [{ from: ['a\r\nb'] }, /^Filter "From"/],
    [{ to: ['a', 'a\nb'] }, /^Filter "To"/],
    [{ cc: ['a\nb'] }, /^Filter "CC"/],
    [{ bcc: ['a\nb'] }, /^Filter "BCC"/],
    [{ subject: ['a\0b'] }, /^Filter "Subject"/],
    [{ subject: [{ exactly: 'a\nb' }] }, /^Filter "Subject"/],
    [{ body: ['a\rb'] }, /^Filter "Body"/],
    [{ from: [] }, /^Filter "From": it is empty/],
    [{ from: ['a', ' '] }, /^Filter "From": it is empty/],
    [{ from: ['a', '\u0001'] }, /^Filter "From": it is empty/],
    [{ subject: ['\u200b \ufeff'] }, /^Filter "Subject": it is empty/],
    [{ subject: [{ exactly: '' }] }, /^Filter "Subject": it is empty/],
    [{ from: Array.from({ length: 101 }, (_, i) => `${i}@a`) }, /^Filter "From": it has 101 values, and 100/],
    [{ receivedAfter: noon, receivedBefore: noon }, /^Filter "Received After": .*no message can match/],
    [{ receivedAfter: noon, receivedBefore: new Date(noon.getTime() - 1) }, /^Filter "Received After"/],
    [{ largerThan: -1 }, /^Filter "Larger Than"/],
    [{ largerThan: NaN }, /^Filter "Larger Than"/],
    [{ largerThan: Infinity }, /^Filter "Larger Than"/],
    [{ smallerThan: 0 }, /^Filter "Smaller Than": no message is smaller/],
    [{ smallerThan: NaN }, /^Filter "Smaller Than"/],
    [{ largerThan: 10, smallerThan: 10 }, /^Filter "Larger Than": .*no message can match/],
    [{ keyword: ['a\nb'] }, /^Filter "Keyword"/],
    [{ messageId: 'a\r' }, /^Filter "Message ID"/],
    [{ raw: 'SEEN\r\nA1 LOGOUT' }, /^Raw Search/],
  ])('refuses %j', (query, message) => {
    expect(() => assertQuery(query)).toThrow(message);
  });

  it('accepts queries that make sense', () => {
    const query = {
      from: Array.from({ length: 100 }, (_, i) => `ü${i}`),
      largerThan: 0,
      receivedAfter: noon,
      receivedBefore: at('2026-03-05T12:00:01Z'),
    };
    expect(assertQuery(query)).toBe(query);
  });
});

describe('isEmptyQuery', () => {
  it.each<MessageQuery>([
    {},
    { raw: ' ' },
    { isRead: undefined },
    // Every message is larger than that.
    { largerThan: 0 },
  ])('%j asks for nothing', (query) => {
    expect(isEmptyQuery(query)).toBe(true);
  });

  it.each<MessageQuery>([
    { isRead: false },
    { hasAttachments: false },
    { from: ['a'] },
    { subject: [{ exactly: 'a' }] },
    { raw: 'ALL' },
    { largerThan: 1 },
    { smallerThan: 1 },
    { receivedBefore: at('2026-01-01') },
  ])('%j asks for something', (query) => {
    expect(isEmptyQuery(query)).toBe(false);
  });
});

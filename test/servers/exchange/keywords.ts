import { isInline, type StoredItem } from './mailbox';
import { textOf } from './item-text';

export type ItemTest = (item: StoredItem) => boolean;

const people = (list: StoredItem['parsed']['to']): string =>
  (list ?? []).map((one) => `${one.name} ${one.address ?? ''}`).join(' ');

/** What the words of the Keyword Query Language name (learn.microsoft.com/graph/search-query-parameter). */
const PROPERTIES: Readonly<Record<string, (item: StoredItem) => string>> = {
  subject: ({ parsed }) => parsed.subject ?? '',
  from: ({ parsed }) => people(parsed.from && [parsed.from]),
  to: ({ parsed }) => people(parsed.to),
  cc: ({ parsed }) => people(parsed.cc),
  bcc: ({ parsed }) => people(parsed.bcc),
  recipients: ({ parsed }) => [parsed.to, parsed.cc, parsed.bcc].map(people).join(' '),
  participants: ({ parsed }) =>
    [parsed.from && [parsed.from], parsed.to, parsed.cc, parsed.bcc].map(people).join(' '),
  body: (item) => textOf(item),
  attachment: ({ parsed }) => parsed.attachments.map(({ filename }) => filename ?? '').join(' '),
  hasattachments: ({ parsed }) => String(parsed.attachments.some((one) => !isInline(one))),
  hasattachment: ({ parsed }) => String(parsed.attachments.some((one) => !isInline(one))),
  category: ({ categories }) => categories.join(' '),
  isread: ({ isRead }) => String(isRead),
  isflagged: ({ isFlagged }) => String(isFlagged),
};

/** What is compared by its size (Advanced Query Syntax: `received:>=2026-11-01`, `size:>1000`). */
const SIZES: Readonly<Record<string, (item: StoredItem) => number>> = {
  received: ({ receivedAt }) => receivedAt.getTime(),
  sent: ({ parsed, receivedAt }) => Date.parse(parsed.date ?? '') || receivedAt.getTime(),
  size: ({ mime }) => mime.length,
};

/** Without a property, what somebody who searches a mailbox means. */
const ANYWHERE = ['subject', 'body', 'from', 'to', 'cc', 'attachment'];

/** A query as a test: words and properties, joined by AND, OR and NOT. What stands side by side is joined by AND. */
export function keywordTest(query: string): ItemTest {
  const words = query.match(/(?:\w+[:=][<>=]*)?"[^"]*"|[()]|[^\s"()]+/g) ?? [];
  let at = 0;
  const either = (): ItemTest => {
    const tests = [all()];
    while (words[at] === 'OR') {
      at += 1;
      tests.push(all());
    }
    return (item) => tests.some((test) => test(item));
  };
  const all = (): ItemTest => {
    const tests: ItemTest[] = [];
    while (at < words.length && words[at] !== 'OR' && words[at] !== ')') {
      if (words[at] === 'AND') at += 1;
      else tests.push(one());
    }
    return (item) => tests.every((test) => test(item));
  };
  const one = (): ItemTest => {
    const word = words[at++] ?? '';
    if (word === 'NOT') {
      const test = one();
      return (item) => !test(item);
    }
    if (word !== '(') return wordTest(word);
    const test = either();
    at += 1;
    return test;
  };
  return either();
}

function wordTest(word: string): ItemTest {
  const [, name = '', , operator = '', value = ''] = /^(\w+)([:=])([<>]=?)?(.+)$/s.exec(word) ?? [];
  const key = name.toLowerCase();
  const size = SIZES[key];
  if (size) return sizeTest(size, operator, value);
  const read = PROPERTIES[key];
  if (read) return (item) => contains(read(item), value);
  return (item) => ANYWHERE.some((each) => contains(PROPERTIES[each]!(item), word));
}

const DAY = 86_400_000;

function sizeTest(read: (item: StoredItem) => number, operator: string, text: string): ItemTest {
  const wanted = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  // A date without a time is a whole day.
  const end = /^\d{4}-\d\d-\d\d$/.test(text) ? wanted + DAY - 1 : wanted;
  switch (operator) {
    case '>':
      return (item) => read(item) > end;
    case '>=':
      return (item) => read(item) >= wanted;
    case '<':
      return (item) => read(item) < wanted;
    case '<=':
      return (item) => read(item) <= end;
    default:
      return (item) => read(item) >= wanted && read(item) <= end;
  }
}

/** Whole words, one after the other; the last may be cut off by a star. */
function contains(text: string, wanted: string): boolean {
  const phrase = wanted.replace(/^"|"$/g, '');
  const words = wordsIn(phrase).map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (words.length === 0) return false;
  const end = phrase.endsWith('*') ? '' : ' ';
  return new RegExp(` ${words.join(' ')}${end}`).test(` ${wordsIn(text).join(' ')} `);
}

const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

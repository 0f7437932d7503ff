import { isInline } from '../exchange/ews-fields';
import type { StoredItem } from '../exchange/mailbox';
import { textOf } from './body';
import { badRequest } from './errors';

type Test = (item: StoredItem) => boolean;

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
};

/** Without a property, what somebody who searches a mailbox means. */
const ANYWHERE = ['subject', 'body', 'from', 'to', 'cc', 'attachment'];

/** The messages that meet a query: words and properties, joined by AND, OR and NOT. */
export function search(items: readonly StoredItem[], query: string): StoredItem[] {
  const [, inner] = /^"(.*)"$/s.exec(query.trim()) ?? [];
  if (inner === undefined) {
    throw badRequest(`Syntax error: character '${query.charAt(0)}' is not valid: $search has to be quoted.`);
  }
  const test = testOf(inner.replaceAll('\\"', '"').replaceAll('\\\\', '\\'));
  return items.filter(test);
}

function testOf(query: string): Test {
  const words = query.match(/(?:\w+[:=])?"[^"]*"|[^\s"]+/g) ?? [];
  const either: Test[][] = [[]];
  let negated = false;
  for (const word of words) {
    if (word === 'OR') either.push([]);
    else if (word === 'NOT') negated = true;
    else if (word !== 'AND') {
      const test = wordTest(word);
      either.at(-1)!.push(negated ? (item) => !test(item) : test);
      negated = false;
    }
  }
  return (item) => either.some((tests) => tests.every((test) => test(item)));
}

function wordTest(word: string): Test {
  const [, name, , value = ''] = /^(\w+)([:=])(.+)$/s.exec(word) ?? [];
  const read = PROPERTIES[name?.toLowerCase() ?? ''];
  if (name && read) return (item) => contains(read(item), value);
  return (item) => ANYWHERE.some((one) => contains(PROPERTIES[one]!(item), word));
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

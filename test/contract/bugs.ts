import { afterAll, beforeAll, expect, it } from 'vitest';

import { MailError } from '../../mail/errors';
import type { MailClient } from '../../mail/model/client';
import type { FailedMessages } from '../../mail/model/failed-messages';
import type { FetchOptions } from '../../mail/model/query';
import { mail } from '../servers/mailbox';
import type { MailLab } from './lab';

/** What a parser throws when it comes to one of these texts. */
export const bugs = new Map<string, () => unknown>();

/** Stands at the beginning of a parser. */
export function stumble(...given: unknown[]): void {
  for (const [text, thrown] of bugs) if (JSON.stringify(given).includes(text)) throw thrown();
}

/** What a bug throws, of those that a test sets. */
export const thrown = () => new TypeError('parser.next is not a function');

/** mail/mime/content with such a parser. For `vi.mock`, which needs each module named where it is called. */
export async function stumblingContent(importOriginal: () => Promise<unknown>) {
  const real = (await importOriginal()) as typeof import('../../mail/mime/content');
  const contentOf: typeof real.contentOf = (segments, truncated) => {
    stumble(segments);
    return real.contentOf(segments, truncated);
  };
  return { ...real, contentOf };
}

/** In the name of the sender, in the text. */
export const SENDER = 'Sandra Stumbles';
export const TEXT = 'the text stumbles';

const at = (day: number) => new Date(Date.UTC(2026, 10, day, 12));
const written = (day: number, subject: string, { from = 'Ada', text = 'fine', headers = {} } = {}) => ({
  raw: mail({
    ...{ from: `${from} <ada@example.test>`, subject, text, date: at(day) },
    headers: {
      ...{ Received: `from a.test by b.test; ${at(day).toUTCString()}`, 'Message-ID': `<${day}@bugs.test>` },
      ...(day > 1 && { References: '<1@bugs.test>', 'In-Reply-To': '<1@bugs.test>' }),
      ...headers,
    },
  }),
  receivedAt: at(day),
});

/** Oldest first. Long enough that a text arrives in several pieces. */
const LETTERS = [
  written(1, 'First'),
  written(2, 'Bad sender', { from: SENDER }),
  written(3, 'Second', { text: 'fine\r\n'.repeat(40_000) }),
  written(4, 'Bad text', { text: `${TEXT}\r\n${'more\r\n'.repeat(40_000)}` }),
  written(5, 'Last'),
];

const KINDS = {
  TypeError: thrown,
  RangeError: () => new RangeError('Invalid time value'),
  SyntaxError: () => new SyntaxError('Invalid regular expression'),
  Error: () => Object.assign(new Error('Encoding not recognized'), { code: 'EILSEQ' }),
  'a text': () => 'thrown by a library',
};

/** What is not about the message. */
const OTHERS = {
  'a stop': () => new DOMException('This operation was aborted', 'AbortError'),
  'a timeout': () => new DOMException('The operation timed out', 'TimeoutError'),
  'no memory': () => new RangeError('Array buffer allocation failed'),
};

/** What every protocol makes of a bug in the reading of one message of several. */
export function keepsBugsApart(startLab: () => Promise<MailLab>): void {
  let lab: MailLab;
  let client: MailClient;
  let ids: ReadonlyMap<string, string>;

  beforeAll(async () => {
    bugs.clear();
    lab = await startLab();
    await lab.deliver(lab.inbox, LETTERS);
    client = await lab.open();
    const all = await client.listMessages(lab.inbox, {}, { content: false }, Infinity);
    ids = new Map(all.map(({ subject, id }) => [subject, id]));
  });
  afterAll(async () => {
    bugs.clear();
    await client?.close();
    await lab?.stop();
  });

  const idOf = (subject: string) => ids.get(subject)!;
  const idsOf = (...subjects: string[]) => subjects.map(idOf);

  /** The other messages, and the errors by subject. */
  async function listed(wanted: FetchOptions, query = {}, limit = Infinity) {
    const failed: FailedMessages = new Map();
    const found = await client.listMessages(lab.inbox, query, wanted, limit, failed);
    return { subjects: found.map(({ subject }) => subject), found, failed };
  }

  /** The same client answers the next question: its session goes on. */
  async function expectAlive(): Promise<void> {
    bugs.clear();
    expect(client.usable).toBe(true);
    const { subjects, failed } = await listed({ content: true });
    expect([subjects.length, failed.size]).toEqual([5, 0]);
  }

  it.each(Object.entries(KINDS))('%s in the header of one message costs only this one', async (_, thrown) => {
    bugs.set(SENDER, thrown);
    for (const wanted of [{ content: false }, { content: false, preview: true, headers: true }]) {
      const { subjects, failed } = await listed(wanted);
      expect(subjects).toEqual(['Last', 'Bad text', 'Second', 'First']);
      expect([...failed.keys()]).toEqual(idsOf('Bad sender'));
      expect(failed.get(idOf('Bad sender'))).toMatchObject({ code: 'MESSAGE_UNREADABLE' });
    }
    await expectAlive();
  });

  it.each(Object.entries(KINDS))('%s in the text of one message costs only this one', async (_, thrown) => {
    bugs.set(TEXT, thrown);
    const { subjects, found, failed } = await listed({ content: true });
    expect(subjects).toEqual(['Last', 'Second', 'Bad sender', 'First']);
    expect(found.map(({ content }) => content?.text.slice(0, 4))).toEqual(['fine', 'fine', 'fine', 'fine']);
    expect([...failed.keys()]).toEqual(idsOf('Bad text'));
    await expectAlive();
  });

  it('the error names the message, what happened and where, and what to do', async () => {
    bugs.set(TEXT, KINDS.TypeError);
    bugs.set(SENDER, KINDS['a text']);
    const { failed } = await listed({ content: true });
    const error = failed.get(idOf('Bad text'))!;
    expect(error.message).toContain(`${idOf('Bad text')} ("Bad text") could not be read`);
    expect(error.message).toMatch(/\(TypeError: parser\.next is not a function in bugs\.ts:\d+\)$/);
    expect(error.description).toMatch(/report it .* Message → Save/);
    expect(failed.get(idOf('Bad sender'))?.message).toMatch(/thrown by a library/);
    await expectAlive();
  });

  it('messages by their ids: each has its result or its error', async () => {
    bugs.set(SENDER, KINDS.RangeError);
    bugs.set(TEXT, KINDS.Error);
    const results = await client.getMessages([...ids.values()], { content: true });
    const codes = [...ids].map(([subject, id]) => {
      const one = results.get(id);
      return [subject, one instanceof MailError ? one.code : one?.subject];
    });
    expect(Object.fromEntries(codes)).toEqual({
      ...{ First: 'First', Second: 'Second', Last: 'Last' },
      ...{ 'Bad sender': 'MESSAGE_UNREADABLE', 'Bad text': 'MESSAGE_UNREADABLE' },
    });
    await expectAlive();
  });

  it('a search that is decided here names it, and so does the question whether it matches', async () => {
    bugs.set(SENDER, KINDS.TypeError);
    const query = { subject: [{ exactly: 'Last' }] };
    const failed: FailedMessages = new Map();
    expect(await client.findMessages(lab.inbox, query, Infinity, failed)).toEqual(idsOf('Last'));
    expect([...failed.keys()].filter((id) => id !== idOf('Bad sender'))).toEqual([]);
    const matches = await client.matchMessages([...ids.values()], query);
    expect(matches.get(idOf('Last'))).toBe(true);
    expect(matches.get(idOf('First'))).toBe(false);
    await expectAlive();
  });

  it('a thread has its other messages, and names this one', async () => {
    bugs.set(SENDER, KINDS.TypeError);
    bugs.set(TEXT, KINDS.Error);
    const failed: FailedMessages = new Map();
    const thread = await client.threadMessages(
      { id: idOf('Last') },
      { wanted: { content: true }, limit: Infinity },
      failed,
    );
    expect(thread.map(({ subject }) => subject)).toEqual(['First', 'Second', 'Last']);
    expect(new Set(failed.keys())).toEqual(new Set(idsOf('Bad sender', 'Bad text')));
    await expectAlive();
  });

  it('without a list for such errors, it fails', async () => {
    bugs.set(SENDER, KINDS.TypeError);
    const listing = client.listMessages(lab.inbox, {}, { content: false }, Infinity);
    await expect(listing).rejects.toMatchObject({ code: 'MESSAGE_UNREADABLE' });
    await expectAlive();
  });

  it('counts towards the limit, so that not the whole mailbox is read', async () => {
    bugs.set(TEXT, KINDS.TypeError);
    const { subjects, failed } = await listed({ content: true }, {}, 2);
    expect([subjects, [...failed.keys()]]).toEqual([['Last'], idsOf('Bad text')]);
    await expectAlive();
  });

  it("a bug outside of the reading of one message fails as it is, and is nobody's", async () => {
    const failed: FailedMessages = new Map();
    const listing = client.listMessages(7 as never, {}, { content: true }, Infinity, failed);
    const error: unknown = await listing.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(failed.size).toBe(0);
    await expectAlive();
  });

  it.each(Object.entries(OTHERS))('%s is no bug of one message', async (_, thrown) => {
    bugs.set(SENDER, thrown);
    const failed: FailedMessages = new Map();
    await expect(
      client.listMessages(lab.inbox, {}, { content: true }, Infinity, failed),
    ).rejects.toBeDefined();
    expect(failed.size).toBe(0);
    bugs.clear();
    // Over POP3, the rest of what was asked for is not read.
    client = client.usable ? client : await lab.open();
  });
}

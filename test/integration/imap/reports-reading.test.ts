import { describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import type { FailedMessages } from '../../../mail/model/failed-messages';
import { fetched, usual, type ImapAnswers, type ScriptedMessage } from '../../servers/scripted-imap';
import { cleanUp, opened } from './scripted-lab';

// More of what servers do by the bug reports of other mail programs: reading, listing and searching.

cleanUp();

const THREE: ScriptedMessage[] = [11, 12, 13].map((uid) => ({ uid }));
const idOf = (uid: number) => `INBOX;UIDVALIDITY=7/;UID=${uid}`;
const isFetch = (command: string) => /^(?:UID )?FETCH/.test(command);
const saying =
  (answers: Record<string, string>): ImapAnswers =>
  (command) =>
    Object.entries(answers).find(([start]) => command.startsWith(start))?.[1];
const changed =
  (change: (answer: string, command: string) => string): ImapAnswers =>
  (command) =>
    isFetch(command) ? change(usual(THREE, command), command) : undefined;

async function list(client: MailClient) {
  const failed: FailedMessages = new Map();
  const found = await client.listMessages('INBOX', {}, { content: true }, 10, failed);
  return { subjects: found.map(({ subject }) => subject), failed: [...failed.keys()], found };
}

describe('a FETCH that is not quite as the standard has it (RFC 9051 section 7.5.2)', () => {
  it.each<[string, (answer: string) => string, Partial<{ isRead: boolean; keywords: string[] }>]>([
    [
      'flags in quotation marks',
      (a) => a.replaceAll('FLAGS ()', 'FLAGS ("\\\\Seen" x)'),
      { isRead: true, keywords: ['x'] },
    ],
    ['NIL for the flags', (a) => a.replaceAll('FLAGS ()', 'FLAGS NIL'), { keywords: [] }],
    ['NIL among the flags', (a) => a.replaceAll('FLAGS ()', 'FLAGS (NIL)'), { keywords: [] }],
    ['brackets in flags', (a) => a.replaceAll('FLAGS ()', 'FLAGS (a[b] [c])'), { keywords: ['a[b]', '[c]'] }],
    [
      'items that nobody asked for',
      (a) => a.replaceAll('FLAGS ()', 'XAOL.SPAM.REASON NIL X-Y (a (b c)) MODSEQ (-1) FLAGS (\\Seen)'),
      { isRead: true },
    ],
    ['a size of -1', (a) => a.replaceAll(/RFC822.SIZE \d+/g, 'RFC822.SIZE -1'), {}],
    ['NIL for the size', (a) => a.replaceAll(/RFC822.SIZE \d+/g, 'RFC822.SIZE NIL'), {}],
    ['a part of -1 bytes and lines', (a) => a.replaceAll('"7bit" 4 1', '"7bit" -1 -1'), {}],
    ['() for NIL', (a) => a.replaceAll('("charset" "utf-8")', '()').replaceAll('NIL NIL)', 'NIL ())'), {}],
    ['message 0', (a) => `* 0 FETCH (FLAGS (\\Seen))\r\n${a}`, { isRead: false }],
    [
      'items in lower case',
      (a) => a.replaceAll(/FETCH|UID|FLAGS|RFC822.SIZE|BODYSTRUCTURE|BODY\[/g, (word) => word.toLowerCase()),
      {},
    ],
    ['names of fields in quotation marks', (a) => a.replaceAll('(SUBJECT FROM)', '("Subject" "From")'), {}],
    [
      'the whole header where fields were asked for',
      (a) => a.replaceAll('BODY[HEADER.FIELDS (SUBJECT FROM)]', 'BODY[HEADER]'),
      {},
    ],
    ['more spaces', (a) => a.replaceAll('FLAGS ()', ' FLAGS ( \\Seen )'), { isRead: true }],
    ['a literal of the BINARY extension', (a) => a.replaceAll(/BODY\[1\](<0>)? \{/g, 'BODY[1]$1 ~{'), {}],
    [
      'a body in quotation marks',
      (a) => a.replaceAll(/BODY\[1\](<0>)? \{4\}\r\nText/g, 'BODY[1]$1 "Text"'),
      {},
    ],
    ['an EXPUNGE in between', (a) => a.replace('* 2 FETCH', '* 1 EXPUNGE\r\n* 2 FETCH'), {}],
  ])('%s', async (_, change, expected) => {
    const { client } = await opened(changed(change), THREE);
    const { subjects, failed, found } = await list(client);
    expect([subjects, failed]).toEqual([['Number 13', 'Number 12', 'Number 11'], []]);
    for (const one of found) expect(one).toMatchObject({ ...expected, content: { text: 'Text' } });
  });

  it('a message with the UID 0 is named, and more messages than were asked for are not given', async () => {
    const zero = await opened(
      changed((answer) => answer.replace('UID 12', 'UID 0')),
      THREE,
    );
    expect(await list(zero.client)).toMatchObject({
      subjects: ['Number 13', 'Number 11'],
      failed: [idOf(12)],
    });
    const { client } = await opened(
      (command) =>
        isFetch(command) ? THREE.map((one, i) => fetched(i + 1, one, command)).join('') : undefined,
      THREE,
    );
    const got = await client.getMessages([idOf(12), idOf(40)], { content: true });
    expect([...got.values()].map((one) => (isMailError(one) ? one.code : one.subject))).toEqual([
      'Number 12',
      'MESSAGE_NOT_FOUND',
    ]);
  });
});

describe('a SELECT that says little', () => {
  const SELECT = '* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 14]\r\n';

  it.each([
    ['no EXISTS', SELECT],
    ['an EXISTS that is no number', `* three EXISTS\r\n${SELECT}`],
  ])('%s: STATUS tells how many there are, or the folder is not empty but refused', async (_, select) => {
    const telling = saying({ SELECT: select, STATUS: '* STATUS INBOX (MESSAGES 3)\r\n' });
    expect((await list((await opened(telling, THREE)).client)).subjects).toHaveLength(3);
    const { client } = await opened(saying({ SELECT: select }), THREE);
    await expect(list(client)).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      message: expect.stringContaining('how many messages') as string,
    });
  });

  it.each([
    ['codes that are cut off', '* OK [PERMANENTFLAGS (\\* \\Seen] x\r\n* OK [UNSEEN\r\n'],
    ['flags with brackets', '* FLAGS (\\Seen [x] a]b "q q")\r\n* OK [PERMANENTFLAGS (\\Seen [x] a]b)] x\r\n'],
    ['UIDNEXT 0', '* OK [UIDNEXT 0]\r\n'],
  ])('%s', async (_, more) => {
    const { client } = await opened(saying({ SELECT: `* 3 EXISTS\r\n${SELECT}${more}` }), THREE);
    expect((await list(client)).subjects).toHaveLength(3);
    expect(await client.changesSince('INBOX', undefined, { limit: 1 })).toMatchObject({ restarted: false });
  });

  it('in lower case', async () => {
    const { client } = await opened(saying({ SELECT: `* 3 exists\r\n${SELECT.toLowerCase()}` }), THREE);
    expect((await list(client)).subjects).toHaveLength(3);
  });
});

it('a message that is gone, of which the server tells only when it is asked', async () => {
  let isTold = false;
  const { client } = await opened((command) => {
    if (command === 'NOOP') {
      isTold = true;
      return '* 3 EXPUNGE\r\n';
    }
    if (/^(?:FETCH|UID SEARCH) 1:3/.test(command) && !isTold) return 'BAD Invalid messageset';
    return isFetch(command) ? usual(THREE.slice(0, 2), command) : undefined;
  }, THREE);
  expect(await list(client)).toMatchObject({ subjects: ['Number 12', 'Number 11'], failed: [] });
});

describe('an answer to SEARCH', () => {
  const unread = { isRead: false };
  const uids = (found: readonly string[]) => found.map((id) => Number(/\d+$/.exec(id)![0]));

  it.each([
    ['as ESEARCH', '* ESEARCH (TAG "A") UID ALL 11:13\r\n', [13, 12, 11]],
    ['in several lines', '* SEARCH 11 12\r\n* SEARCH 13\r\n', [13, 12, 11]],
    ['with MODSEQ', '* SEARCH 11 12 (MODSEQ 5)\r\n', [12, 11]],
    ['in lower case, with a space at its end', '* search 11 12 \r\n', [12, 11]],
    ['unsorted, with a number twice, and 0', '* SEARCH 13 11 11 0\r\n', [13, 11]],
  ])('%s', async (_, answer, expected) => {
    const { client } = await opened(saying({ 'UID SEARCH': answer }), THREE);
    expect(uids(await client.findMessages('INBOX', unread, 10))).toEqual(expected);
  });

  it('that cannot be read is not empty', async () => {
    const { client } = await opened(saying({ 'UID SEARCH': '* SEARCH 11 (12\r\n' }), THREE);
    await expect(client.findMessages('INBOX', unread, 10)).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      message: expect.stringContaining('cannot be understood') as string,
    });
    const outcome = (await client.markMessages([idOf(12)], { isRead: true })).get(idOf(12));
    expect(outcome).toMatchObject({ code: 'SERVER_REFUSED' });
  });

  it('that does not keep to the UIDs that were asked for', async () => {
    let next = 14;
    const { client } = await opened((command) => {
      if (command.startsWith('UID SEARCH')) return '* SEARCH 11 12 13 14\r\n';
      return command.startsWith('SELECT')
        ? `* 3 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT ${next}]\r\n`
        : undefined;
    }, THREE);
    const { cursor } = await client.changesSince('INBOX', undefined, { limit: 10 });
    next = 15;
    expect((await client.changesSince('INBOX', cursor, { limit: 10 })).arrived).toEqual([idOf(14)]);
    const matching = await client.matchMessages([idOf(12), idOf(40)], unread);
    expect([...matching.values()]).toEqual([true, false]);
  });
});

describe('a server that does not know a criterion', () => {
  const since = new Date('2026-01-01');
  const messages: ScriptedMessage[] = [
    { uid: 11, flags: '\\Seen' },
    { uid: 12, subject: 'Invoice' },
    { uid: 13, flags: '\\Seen x' },
  ];

  it.each([
    [{ receivedAfter: since }, [13, 12, 11]],
    [{ receivedAfter: new Date('2026-03-01') }, []],
    [{ receivedAfter: since, isRead: false, hasAttachments: false }, [12]],
    [{ receivedAfter: since, keyword: ['x'], from: ['ada'] }, [13]],
    [{ receivedAfter: since, subject: ['invoice'], smallerThan: 1000 }, [12]],
    [{ receivedAfter: since, messageId: '<11@example.test>' }, [11]],
  ])('%j is decided here', async (query, expected) => {
    for (const refusal of ['BAD command syntax error', 'NO SEARCH failed']) {
      const { client } = await opened(
        (command) => (command.includes('SINCE') ? refusal : undefined),
        messages,
      );
      expect(await client.findMessages('INBOX', query, 10)).toEqual(expected.map(idOf));
      const ids = [11, 12, 13].map(idOf);
      const matching = await client.matchMessages(ids, query);
      expect(ids.filter((id) => matching.get(id) === true).sort()).toEqual(expected.map(idOf).sort());
    }
  });

  it.each([
    ['BAD syntax', { body: ['x'], receivedAfter: since }],
    ['BAD syntax', { raw: 'NONSENSE', receivedAfter: since }],
    ['NO [UNAVAILABLE] later', { receivedAfter: since }],
  ])('%s: %j cannot be decided here, and is refused', async (refusal, query) => {
    const { client } = await opened((command) => (command.includes('SINCE') ? refusal : undefined), messages);
    await expect(client.findMessages('INBOX', query, 10)).rejects.toMatchObject({ name: 'MailError' });
  });
});

describe('a note in place of a message that Exchange cannot convert', () => {
  const note = (subject: string, from = '"Microsoft Exchange Server" <@.MISSING-HOST-NAME.>') =>
    changed((answer) => {
      const header = `Subject: ${subject}\r\nFrom: ${from}\r\n\r\n`;
      return answer.replace(
        /(\* 2 FETCH[^]*?BODY\[HEADER\.FIELDS \(SUBJECT FROM\)\] )\{\d+\}\r\n[^]*?\r\n\r\n/,
        (_, start: string) => `${start}{${header.length}}\r\n${header}`,
      );
    });
  const FAILED = 'Retrieval using the IMAP4 protocol failed for the following message: 205';

  it.each([
    [FAILED, undefined],
    [FAILED, '"Microsoft Exchange Server"'],
    ['Fehler beim Abrufen der folgenden Nachricht mithilfe des IMAP4-Protokolls: 205', undefined],
  ])('is not taken for the message: %s, from %s', async (subject, from) => {
    const { client } = await opened(note(subject, from), THREE);
    expect(await list(client)).toMatchObject({ subjects: ['Number 13', 'Number 11'], failed: [idOf(12)] });
    const got = await client.getMessages([idOf(12)], { content: true });
    expect(got.get(idOf(12))).toMatchObject({
      code: 'SERVER_REFUSED',
      description: expect.stringContaining('still there') as string,
    });
  });

  it.each([
    [FAILED, 'Ada <ada@example.test>'],
    ['Retrieval failed', '"Microsoft Exchange Server" <@.MISSING-HOST-NAME.>'],
    [FAILED, '"Microsoft Exchange Server" <postmaster@example.test>'],
  ])('is not seen elsewhere: %s, from %s', async (subject, from) => {
    const { client } = await opened(note(subject, from), THREE);
    expect(await list(client)).toMatchObject({ subjects: ['Number 13', subject, 'Number 11'], failed: [] });
  });
});

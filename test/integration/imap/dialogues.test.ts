import { buffer } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import type { FailedMessages } from '../../../mail/model/failed-messages';
import type { Message } from '../../../mail/model/message';
import type { MessageQuery } from '../../../mail/model/query';
import { fetched } from '../../servers/scripted-imap';
import { cleanUp, opened } from './scripted-lab';

// What servers say over IMAP about messages, by the numbers of the field's dialogues.

cleanUp();

const THREE = [{ uid: 11 }, { uid: 12 }, { uid: 13 }];
const idOf = (uid: number, folder = 'INBOX') => `${folder};UIDVALIDITY=7/;UID=${uid}`;
const IDS = THREE.map(({ uid }) => idOf(uid));

const PLAIN = '("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 4 1 NIL NIL NIL NIL)';
const ALTERNATIVE = `(${PLAIN}("text" "html" NIL NIL NIL "7bit" 4 1 NIL NIL NIL NIL) "mixed" ("boundary" "b") NIL NIL)`;

const list = async (client: MailClient, query: MessageQuery = {}, failed?: FailedMessages, content = false) =>
  await client.listMessages('INBOX', query, { content }, 10, failed);
const subjects = (messages: readonly Message[]) => messages.map(({ subject }) => subject);

describe('4. FETCH gives two of three and ends in NO or BAD', () => {
  /** Whether a command asks for the second message. */
  const asks = (command: string, item: RegExp) =>
    /FETCH/.test(command) && item.test(command) && /FETCH (?:1:3|11:13|11:12|12:13|12)\b/.test(command);

  it.each([
    ['NO Some messages could not be FETCHed', /BODYSTRUCTURE/],
    ['BAD Internal error', /BODYSTRUCTURE/],
    ['NO [CORRUPTION] the text of one is damaged', /PEEK\[1\]/],
    ['NO [SERVERBUG] no header', /PEEK\[HEADER\]/],
  ])('%s, at %s', async (end, item) => {
    const { client } = await opened((command) => {
      if (!asks(command, item)) return undefined;
      const gives = /1:3|11:13/.test(command) ? [1, 3] : [];
      return gives.map((n) => fetched(n, THREE[n - 1]!, command)).join('') + end;
    }, THREE);
    const wanted = { content: true, headers: true };
    const words = end.replace(/^\w+ (\[\w+\] )?/, '');
    const refused = {
      code: 'SERVER_REFUSED',
      message: expect.stringContaining(words) as string,
      description: expect.stringContaining('still there') as string,
    };
    await expect(client.listMessages('INBOX', {}, wanted, 10)).rejects.toMatchObject(refused);
    const failed: FailedMessages = new Map();
    const listed = await client.listMessages('INBOX', {}, wanted, 10, failed);
    expect(subjects(listed)).toEqual(['Number 13', 'Number 11']);
    expect(listed.map(({ content }) => content?.text)).toEqual(['Text', 'Text']);
    expect([...failed]).toEqual([[IDS[1], expect.objectContaining(refused)]]);
    const got = await client.getMessages(IDS, wanted);
    expect([...got.values()].map((one) => (isMailError(one) ? one.code : one.subject))).toEqual([
      'Number 11',
      'SERVER_REFUSED',
      'Number 13',
    ]);
  });

  it('when a server stops at the first message that it cannot give, the others are asked for again', async () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ uid: i + 1 }));
    const { client, server } = await opened((command) => {
      const [, set = ''] = /FETCH ([\d:,]+)/.exec(command) ?? [];
      if (!set) return undefined;
      return /(?:^|,)(?:7|[1-7]:(?:[7-9]|1\d|20))(?:,|$)/.test(set) ? 'NO [SERVERBUG] cannot' : undefined;
    }, many);
    const failed: FailedMessages = new Map();
    const found = await client.listMessages('INBOX', {}, { content: false }, 20, failed);
    expect(found).toHaveLength(19);
    expect([...failed.keys()]).toEqual([idOf(7)]);
    expect(server.commands.filter((one) => one.includes('FETCH')).length).toBeLessThan(12);
  });

  it('when a server gives nothing at all, the number of retries is limited', async () => {
    const many = Array.from({ length: 300 }, (_, i) => ({ uid: i + 1 }));
    const { client, server } = await opened(
      (command) => (command.includes('FETCH') ? 'NO [UNAVAILABLE] later' : undefined),
      many,
    );
    const failed: FailedMessages = new Map();
    expect(await client.listMessages('INBOX', {}, { content: false }, 300, failed)).toEqual([]);
    expect(failed.size).toBe(300);
    expect([...failed.values()][0]).toMatchObject({
      description: expect.stringContaining('temporary') as string,
    });
    expect(server.commands.length).toBeLessThan(100);
  });

  it('a message that is gone is not mixed up with one that is refused', async () => {
    const { client } = await opened(
      (command) =>
        /FETCH/.test(command) && /1[2-4]/.test(command) && !/FETCH 14 /.test(command) ? 'NO no' : undefined,
      THREE,
    );
    const got = await client.getMessages([idOf(12), idOf(14)], { content: false });
    expect([...got.values()].map((one) => (isMailError(one) ? one.code : 'given'))).toEqual([
      'SERVER_REFUSED',
      'MESSAGE_NOT_FOUND',
    ]);
  });

  it('a refused download is not reported as a message that is gone', async () => {
    const { client } = await opened(
      (command) => (/PEEK/.test(command) ? 'NO [INUSE] locked' : undefined),
      THREE,
    );
    await expect(client.openMessage(IDS[0]!)).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    await expect(client.openAttachment(IDS[0]!, '2')).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    for await (const [, opened] of client.openMessages(IDS))
      expect(opened).toMatchObject({ code: 'SERVER_REFUSED' });
  });

  it('an unreadable answer is not reported as a message that is gone', async () => {
    const { client } = await opened((command) => {
      if (!/FETCH 1:3|FETCH 12 /.test(command)) return undefined;
      const broken = '* 2 FETCH (UID 12 FLAGS () ENVELOPE (((\r\n';
      return /1:3/.test(command)
        ? fetched(1, THREE[0]!, command) + broken + fetched(3, THREE[2]!, command)
        : broken;
    }, THREE);
    const failed: FailedMessages = new Map();
    expect(subjects(await list(client, {}, failed))).toEqual(['Number 13', 'Number 11']);
    expect([...failed.keys()]).toEqual([IDS[1]]);
  });
});

describe('4. FETCH gives NIL for a content that has a size', () => {
  const WITH_FILE =
    '(("text" "plain" NIL NIL NIL "7bit" 4 1 NIL NIL NIL NIL)("application" "pdf" ("name" "a.pdf") NIL NIL "7bit" 4 NIL ("attachment" ("filename" "a.pdf")) NIL NIL) "mixed" ("boundary" "b") NIL NIL)';
  const lacking = (nil: RegExp, bodyStructure?: string) =>
    THREE.map((one) => ({ ...one, bodyStructure, ...(one.uid === 12 && { nil }) }));
  const notGiven = {
    code: 'SERVER_REFUSED',
    message: expect.stringContaining(`did not give the message ${IDS[1]}`) as string,
    description: expect.stringContaining('still there') as string,
  };
  const gone = { code: 'MESSAGE_NOT_FOUND' };
  /** What the server says when it is asked which messages exist. */
  const CASES = [
    ['a message that is there', undefined, notGiven],
    ['a message that is gone', '* SEARCH\r\n', gone],
  ] as const;
  const looked = (command: string, answer: string | undefined) =>
    /SEARCH UID 12$/.test(command) ? answer : undefined;

  it.each(
    CASES.flatMap(([what, answer, error]) => [
      [`the text of ${what}`, /BODY\[1\]/, PLAIN, answer, error] as const,
      [`one of the texts of ${what}`, /BODY\[2\]/, ALTERNATIVE, answer, error] as const,
      [`the header of ${what}`, /BODY\[HEADER\]/, PLAIN, answer, error] as const,
      [`the source of ${what}`, /BODY\[\]/, 'NIL', answer, error] as const,
    ]),
  )('%s', async (_, nil, bodyStructure, answer, error) => {
    const { client } = await opened((command) => looked(command, answer), lacking(nil, bodyStructure));
    const wanted = { content: true, headers: true };
    const failed: FailedMessages = new Map();
    const listed = await client.listMessages('INBOX', {}, wanted, 10, failed);
    expect(subjects(listed)).toEqual(['Number 13', 'Number 11']);
    for (const { content } of listed) expect(content?.text).toContain('Text');
    expect([...failed]).toEqual(error === gone ? [] : [[IDS[1], expect.objectContaining(error)]]);
    const got = await client.getMessages(IDS, wanted);
    expect(got.get(IDS[1]!)).toMatchObject(error);
    expect(got.get(IDS[0]!)).toMatchObject({ subject: 'Number 11' });
  });

  it('a text without a size is empty', async () => {
    const empty = PLAIN.replace('4 1', '0 0');
    const { client } = await opened(() => undefined, lacking(/BODY\[1\]/, empty));
    const got = await client.getMessages([IDS[1]!], { content: true });
    expect(got.get(IDS[1]!)).toMatchObject({ content: { text: '', html: '' } });
  });

  it.each(CASES)('an attachment of %s', async (_, answer, error) => {
    const { client } = await opened((command) => looked(command, answer), lacking(/BODY\[2\]/, WITH_FILE));
    await expect(client.openAttachment(IDS[1]!, '2')).rejects.toMatchObject(error);
    const requests = IDS.map((id) => ({ id, part: '2', size: 4, fileName: '', mimeType: '', inline: false }));
    const answers: unknown[] = [];
    for await (const [, file] of client.openAttachments(requests))
      answers.push(isMailError(file) ? file : String(await buffer(file.content)));
    expect(answers).toEqual(['Text', expect.objectContaining(error), 'Text']);
  });

  it.each(CASES)('the whole of %s', async (_, answer, error) => {
    const { client } = await opened((command) => looked(command, answer), lacking(/BODY\[\]/));
    await expect(client.openMessage(IDS[1]!)).rejects.toMatchObject(error);
    const answers: unknown[] = [];
    for await (const [, one] of client.openMessages(IDS)) answers.push(isMailError(one) ? one : 'given');
    expect(answers).toEqual(['given', expect.objectContaining(error), 'given']);
  });

  it('a part that the message does not have is not given either', async () => {
    const { client } = await opened(() => undefined, lacking(/none/, WITH_FILE));
    await expect(client.openAttachment(IDS[0]!, '7')).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
      message: expect.stringContaining('part 7') as string,
    });
  });

  it.each(['message', 'attachment'])('the rest of a long %s', async (what) => {
    const size = 5 * 1024 * 1024;
    const first = 'x'.repeat(4 * 1024 * 1024);
    const { client } = await opened(
      (command) => {
        const [, part, start] = /BODY\.PEEK\[(2?)\]<(\d+)\./.exec(command) ?? [];
        if (start === undefined) return undefined;
        const rest = fetched(
          2,
          { uid: 12, bodyStructure: WITH_FILE.replace('"7bit" 4 NIL', `"7bit" ${size} NIL`) },
          'BODYSTRUCTURE',
        );
        const given = start === '0' ? `{${first.length}}\r\n${first}` : 'NIL';
        return rest.replace(/\)\r\n$/, ` RFC822.SIZE ${size} BODY[${part}]<${start}> ${given})\r\n`);
      },
      lacking(/none/, WITH_FILE),
    );
    const { content } = await (what === 'message'
      ? client.openMessage(IDS[1]!)
      : client.openAttachment(IDS[1]!, '2'));
    await expect(buffer(content)).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      message: `The server gave only a part of the ${what}`,
    });
  });
});

describe('5. An invalid BODYSTRUCTURE', () => {
  const nested = (levels: number) => `${'('.repeat(levels)}"text" "plain"`;
  it.each([
    'NIL',
    '(NIL NIL NIL NIL NIL "7BIT" 0 NIL NIL NIL NIL)',
    '(NIL NIL ("CHARSET" "utf-8") NIL NIL "7BIT" 5 1 NIL NIL NIL NIL)',
    '("text" "plain" ("CHARSET" "UTF-8") NIL NIL NIL 5 1 NIL NIL NIL NIL)',
    '(("text" "plain" NIL NIL NIL "7bit" 4 1 NIL ("inline" NIL) NIL NIL)("application" "pdf" NIL NIL NIL "base64" 4 NIL ("attachment" ("filename" "a.pdf")) NIL NIL) "mixed" ("boundary" "b") NIL NIL)',
    '(("text" "plain" NIL NIL NIL "7bit" 4 1 NIL NIL NIL NIL)("application" "pdf" ("name" "a.pdf") NIL NIL "BASE64" 1.86931e+06 NIL ("attachment" NIL) NIL NIL) "mixed" ("boundary" "b") NIL NIL)',
    '(("text" "plain" NIL NIL NIL "7bit" 4 1 NIL NIL NIL NIL)("message" "rfc822" NIL NIL NIL "7BIT" 99 NIL NIL 0 NIL NIL NIL NIL) "mixed" NIL NIL NIL)',
    '("multipart" "mixed" ("boundary" "b") NIL NIL "7BIT" 5 NIL NIL NIL NIL)',
    '("" "" NIL NIL NIL "" 4)',
    `(${nested(300)}`,
    '(("text" "plain"',
  ])('%s', async (bodyStructure) => {
    const messages = [{ uid: 11 }, { uid: 12, bodyStructure }, { uid: 13 }];
    const { client } = await opened(() => undefined, messages);
    const found = await list(client, {}, undefined, true);
    expect(subjects(found)).toEqual(['Number 13', 'Number 12', 'Number 11']);
    expect(found.map(({ content }) => content?.text.trim())).toEqual(['Text', 'Text', 'Text']);
    for (const { attachments } of found) {
      for (const { mimeType } of attachments) expect(mimeType).toMatch(/^[^/]+\/[^/]+$/);
    }
  });
});

describe('a server that gives no header, but an ENVELOPE', () => {
  const ENVELOPE =
    '(NIL "From the envelope" (("Ada" NIL "ada" "example.test")) NIL NIL ((NIL NIL "bob" "example.test")(NIL NIL "group" NIL)(NIL NIL NIL NIL)) NIL NIL NIL "<e@example.test>")';
  const PLAIN = '("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 4 1 NIL NIL NIL NIL)';
  const answer = (structure: string) => (command: string) =>
    /FETCH/.test(command) && !/PEEK\[(?:\d|\])/.test(command)
      ? `* 1 FETCH (UID 11 FLAGS () RFC822.SIZE 400 ENVELOPE ${ENVELOPE} BODYSTRUCTURE ${structure})\r\n`
      : undefined;

  it.each([
    ['and a structure', PLAIN],
    ['and a structure that is none', 'NIL'],
  ])('%s is still read', async (_, structure) => {
    const { client } = await opened(answer(structure), [{ uid: 11 }]);
    const [message] = await list(client, {}, undefined, true);
    expect(message).toMatchObject({
      subject: 'From the envelope',
      from: [{ name: 'Ada', address: 'ada@example.test' }],
      to: [{ name: '', address: 'bob@example.test' }],
      messageId: '<e@example.test>',
      content: { text: 'Text' },
    });
  });
});

describe('6. The server does not support UTF-8 in SEARCH', () => {
  const messages = [
    { uid: 11, subject: '=?utf-8?Q?Gr=C3=BC=C3=9Fe?=' },
    { uid: 12, subject: 'Gruss' },
    { uid: 13, subject: '=?utf-8?Q?GR=C3=9C=C3=9Fe_aus_K=C3=B6ln?=' },
  ];

  it.each(['NO [BADCHARSET (US-ASCII)] The specified charset is not supported.', 'BAD Unknown charset'])(
    '%s: the server searches for the ASCII part, and the client evaluates the rest',
    async (refusal) => {
      const { client, server } = await opened(
        (command) => (/SEARCH.*CHARSET/.test(command) ? refusal : undefined),
        messages,
      );
      const failed: FailedMessages = new Map();
      expect(await client.findMessages('INBOX', { subject: ['Grüße'] }, 10, failed)).toEqual([
        idOf(13),
        idOf(11),
      ]);
      const found = await list(client, { subject: ['grüße'], isRead: false });
      expect(found.map(({ id }) => id)).toEqual([idOf(13), idOf(11)]);
      expect(server.commands.at(-2)).toMatch(/^UID SEARCH UNSEEN$/);
      await expect(list(client, { body: ['Grüße'] })).rejects.toMatchObject({
        code: 'NOT_SUPPORTED',
        message: expect.stringContaining('beyond ASCII') as string,
      });
      await expect(list(client, { raw: 'SUBJECT "Grüße"' })).rejects.toMatchObject({ name: 'MailError' });
    },
  );

  it('any other refusal of a search is reported', async () => {
    const { client } = await opened(
      (command) => (/SEARCH/.test(command) ? 'NO [UNAVAILABLE] index is being built' : undefined),
      messages,
    );
    await expect(list(client, { subject: ['Grüße'] })).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  });

  it('Courier says NO to a search that it does not understand', async () => {
    const { client } = await opened(
      (command) => (/SEARCH/.test(command) ? 'NO Error in IMAP command' : undefined),
      messages,
    );
    await expect(list(client, { raw: 'NONSENSE' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('8. Flags in different upper and lower case', () => {
  const messages = [
    { uid: 11, flags: '\\SEEN \\FLAGGED' },
    { uid: 12, flags: '\\seen \\answered' },
    { uid: 13, flags: '\\Seen \\DRAFT \\RECENT $Label1' },
  ];
  const all = '\\SEEN \\flagged \\ANSWERED \\Deleted \\DRAFT $forwarded';

  it('are recognized', async () => {
    const { client } = await opened(() => undefined, messages);
    const [third, second, first] = await list(client);
    expect(first).toMatchObject({
      isRead: true,
      isFlagged: true,
      isAnswered: false,
      isDraft: false,
      keywords: [],
    });
    expect(second).toMatchObject({ isRead: true, isFlagged: false, isAnswered: true, keywords: [] });
    expect(third).toMatchObject({ isRead: true, isDraft: true, keywords: ['$Label1'] });
  });

  it('are written as the folder keeps them', async () => {
    const { client, server } = await opened(
      (command) =>
        command.startsWith('SELECT')
          ? `* FLAGS (${all})\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [PERMANENTFLAGS (${all})]\r\n`
          : undefined,
      messages,
    );
    const outcome = await client.markMessages([idOf(11)], { isRead: true, addKeywords: ['$Forwarded'] });
    expect(outcome.get(idOf(11))).toBe(true);
    expect(server.commands.find((one) => one.includes('STORE'))).toMatch(/\\Seen \$forwarded/);
  });
});

describe('10. SELECT without UIDVALIDITY', () => {
  it('messages still have ids that all operations accept', async () => {
    const { client, server } = await opened((command) => {
      if (command === 'EXPUNGE') return '* 3 EXPUNGE\r\n';
      return command.startsWith('SELECT') ? '* 3 EXISTS\r\nOK [READ-WRITE] done' : undefined;
    }, THREE);
    const ids = (await list(client)).map(({ id }) => id);
    expect(await client.findMessages('INBOX', {}, 10)).toEqual(ids);
    const got = await client.getMessages(ids, { content: true });
    expect([...got.values()].map((one) => (one as Message).subject)).toEqual([
      'Number 13',
      'Number 12',
      'Number 11',
    ]);
    expect((await client.markMessages(ids, { isRead: true })).get(ids[0]!)).toBe(true);
    expect((await client.deleteMessages([ids[0]!], { permanently: true })).get(ids[0]!)).toEqual({});
    expect(server.commands.some((one) => /STORE 13 .*Deleted/.test(one))).toBe(true);
    const { content } = await client.openMessage(ids[1]!);
    content.destroy();
  });
});

describe('11. SELECT without UIDNEXT', () => {
  it.each([true, false])(
    'a message that arrives while another one goes is noticed (STATUS tells: %s)',
    async (tells) => {
      const messages = [...THREE];
      const { client } = await opened((command) => {
        if (command.startsWith('SELECT')) return `* ${messages.length} EXISTS\r\n* OK [UIDVALIDITY 7]\r\n`;
        const next = Math.max(...messages.map(({ uid }) => uid)) + 1;
        if (command.startsWith('STATUS')) return `* STATUS INBOX (${tells ? `UIDNEXT ${next}` : ''})\r\n`;
        return undefined;
      }, messages);
      const before = await client.waitForChanges('INBOX', undefined, { timeout: 0 });
      expect(await client.waitForChanges('INBOX', before, { timeout: 0 })).toBe(before);
      messages.shift();
      messages.push({ uid: 14 });
      expect(await client.waitForChanges('INBOX', before, { timeout: 0 })).not.toBe(before);
    },
  );
});

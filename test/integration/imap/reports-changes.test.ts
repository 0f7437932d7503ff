import { describe, expect, it } from 'vitest';

import type { ImapAnswers, ScriptedMessage } from '../../servers/scripted-imap';
import { cleanUp, opened } from './scripted-lab';

// What servers answer to changes, by the bug reports of other mail programs.

cleanUp();

const THREE: ScriptedMessage[] = [11, 12, 13].map((uid) => ({ uid }));
const idOf = (uid: number, folder = 'INBOX', validity = 7) => `${folder};UIDVALIDITY=${validity}/;UID=${uid}`;
const IDS = [11, 12, 13].map((uid) => idOf(uid));
const [, SECOND = ''] = IDS;
const offering =
  (capabilities: string, answers: Record<string, string>): ImapAnswers =>
  (command) =>
    command === 'CAPABILITY'
      ? `* CAPABILITY IMAP4rev1 ${capabilities}\r\n`
      : Object.entries(answers).find(([start]) => command.startsWith(start))?.[1];
const BOX = { 'LIST "" "*"': '* LIST () "/" INBOX\r\n* LIST () "/" Box\r\n' };

describe('a server that offers a command and does not know it', () => {
  const copied = { folder: 'Box', id: idOf(4, 'Box', 9) };
  const known = { 'UID COPY': 'OK [COPYUID 9 12 4] ok', 'UID EXPUNGE': '* 2 EXPUNGE\r\n' };
  const names = (commands: readonly string[]) =>
    commands.flatMap((one) => /^(?:UID )?(?:MOVE|COPY|EXPUNGE)\b/.exec(one) ?? []);

  it.each(['BAD Unknown command', 'BAD Error in IMAP command MOVE: Unknown command.'])(
    'MOVE: %s: the messages are copied and removed, and it is not sent again',
    async (refusal) => {
      const { client, server } = await opened(
        offering('MOVE UIDPLUS', { ...known, 'UID MOVE': refusal }),
        THREE,
      );
      const move = async () => (await client.moveMessages([SECOND], 'Box')).get(SECOND);
      expect([await move(), await move()]).toEqual([copied, copied]);
      expect(names(server.commands)).toEqual([
        'UID MOVE',
        ...['UID COPY', 'UID EXPUNGE'],
        ...['UID COPY', 'UID EXPUNGE'],
      ]);
    },
  );

  it.each(['NO [CANNOT] not here', 'BAD Request is throttled. Suggested Backoff Time: 10 milliseconds'])(
    'MOVE: after %s it is not copied',
    async (refusal) => {
      const { client, server } = await opened(
        offering('MOVE UIDPLUS', { ...BOX, ...known, 'UID MOVE': refusal }),
        THREE,
      );
      await client.moveMessages([SECOND], 'Box').catch(() => {});
      expect(names(server.commands)).not.toContain('UID COPY');
    },
  );

  it.each([
    ['only ours are marked as deleted', '* SEARCH 12\r\n', {}, ['UID EXPUNGE', 'EXPUNGE']],
    ['others are too', '* SEARCH 11 12\r\n', { code: 'NOT_SUPPORTED' }, ['UID EXPUNGE']],
    ['that is not told', 'NO not now', { code: 'SERVER_REFUSED' }, ['UID EXPUNGE']],
  ])('UID EXPUNGE, where %s', async (_, marked, expected, sent) => {
    const { client, server } = await opened(
      offering('UIDPLUS', {
        ...{ 'UID EXPUNGE': 'BAD unknown', 'UID SEARCH DELETED': marked },
        EXPUNGE: '* 2 EXPUNGE\r\n',
      }),
      THREE,
    );
    const outcome = (await client.deleteMessages([SECOND], { permanently: true })).get(SECOND);
    expect(outcome).toMatchObject(expected);
    expect(names(server.commands)).toEqual(sent);
    const last = server.commands.filter((one) => one.includes('STORE')).at(-1);
    expect(last).toMatch('code' in expected ? /-FLAGS/ : /\+FLAGS/);
  });
});

describe('the new ids of a move', () => {
  const move = async (answer: string) => {
    const { client } = await opened(offering('UIDPLUS MOVE', { 'UID MOVE': answer }), THREE);
    const moved = await client.moveMessages(IDS, 'Box');
    return IDS.map((id) => moved.get(id));
  };
  const news = (...uids: number[]) => uids.map((uid) => ({ folder: 'Box', id: idOf(uid, 'Box', 9) }));
  const gone = '* 1 EXPUNGE\r\n';

  it.each([
    ['in parts', `* OK [COPYUID 9 11 4] ok\r\n${gone}* OK [COPYUID 9 12:13 5:6] ok\r\n${gone.repeat(2)}`],
    ['twice', `* OK [COPYUID 9 11:13 4:6] ok\r\n${gone.repeat(3)}OK [COPYUID 9 11:13 4:6] done`],
    ['in lower case', `* ok [copyuid 9 11:13 4:6] ok\r\n${gone.repeat(3)}`],
    ['with VANISHED', '* OK [COPYUID 9 11:13 4:6] ok\r\n* VANISHED 11:13\r\n'],
  ])('%s', async (_, answer) => {
    expect(await move(answer)).toEqual(news(4, 5, 6));
  });

  it('of a message that was not there', async () => {
    const [first, second, third] = await move(`${gone.repeat(2)}OK [COPYUID 9 11,13 4:5] ok`);
    expect([first, third]).toEqual(news(4, 5));
    expect(second).toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
  });
});

describe('what a refused APPEND or COPY means', () => {
  const message = { content: Buffer.from('Subject: x\r\n\r\nText\r\n'), marks: {} };
  const TOO_LARGE = /^The message has 20 bytes, which is more than the server stores .*\n.*attachments/s;

  it.each([
    ['NO [LIMIT] APPEND Command exceeds the maximum allowed size', TOO_LARGE],
    ['BAD [TOOBIG] Message too large.', TOO_LARGE],
    ['BAD maximum message size exceeded', TOO_LARGE],
    ['NO Maximum size of appendable message has been exceeded', TOO_LARGE],
    ['NO Message size exceeds fixed maximum message size. Size: 2 KB, Max size: 1 KB', TOO_LARGE],
    ['BAD Data length exceeds limit', TOO_LARGE],
    ['NO [LIMIT] Rate limit hit.', /\n.*temporary/s],
    ['NO [LIMIT] Too many flags', /\n(?!.*says that this is temporary)/s],
    ['NO [TEMPFAIL] APPEND', /\n.*temporary/s],
    ['NO [OVERQUOTA] Quota exceeded (size exceeds limit)', /\nThe mailbox is full/s],
    ['NO [CANNOT] Cannot APPEND to a SPAM folder', /\n.*for nobody in the folder "Box".*another folder/s],
    ['NO Invalid mailbox name', /\nUse another name/s],
  ])('%s', async (refusal, expected) => {
    const { client } = await opened(offering('', { ...BOX, APPEND: refusal, 'UID COPY': refusal }), THREE);
    const textOf = (error: unknown) => {
      const { message: what, description } = error as Error & { description: string };
      return `${what}\n${description}`;
    };
    const error = await client.appendMessage('Box', message).then(
      () => expect.fail('stored'),
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'SERVER_REFUSED' });
    expect(textOf(error)).toMatch(expected);
    // The size of a copy is that of the message which is there.
    if (expected !== TOO_LARGE && refusal.startsWith('NO')) {
      expect(textOf((await client.copyMessages([SECOND], 'Box')).get(SECOND))).toMatch(expected);
    }
  });
});

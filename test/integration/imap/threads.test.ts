import { describe, expect, it } from 'vitest';

import type { FailedFolders } from '../../../mail/model/message-search';
import { fetched, type ImapAnswers } from '../../servers/scripted-imap';
import { cleanUp, opened } from './scripted-lab';

cleanUp();

const LIST =
  '* LIST () "/" INBOX\r\n* LIST (\\Sent) "/" Sent\r\n* LIST (\\Trash) "/" Trash\r\n* LIST () "/" Other\r\n';
const ROOT = '<1@example.test>';
const options = { wanted: { content: false }, limit: 10 };

/** What is refused, by the start of the command. */
const answering =
  (refusals: Record<string, string>): ImapAnswers =>
  (command) => {
    const refused = Object.keys(refusals).find((start) => command.startsWith(start));
    if (refused) return refusals[refused];
    return command.startsWith('LIST ') && !command.startsWith('LIST "" ""') ? LIST : undefined;
  };

describe('a folder that the server refuses', () => {
  it.each([
    ['SELECT Sent', 'NO [UNAVAILABLE] the folder is locked', 'locked'],
    ['SELECT Sent', 'NO [NONEXISTENT] no such folder', 'no folder "Sent"'],
    ['UID SEARCH', 'NO [SERVERBUG] no search today', 'no search today'],
  ])('is told (%s: %s)', async (start, answer, words) => {
    const { client } = await opened(answering({ [start]: answer }), [{ uid: 1 }]);
    const failed: FailedFolders = new Map();
    const found = await client.threadMessages({ threadId: ROOT }, options, new Map(), failed);
    const isSearch = start === 'UID SEARCH';
    expect(found.map(({ folder }) => folder)).toEqual(isSearch ? [] : ['INBOX']);
    expect([...failed.keys()]).toEqual(isSearch ? ['INBOX', 'Sent'] : ['Sent']);
    expect(failed.get('Sent')?.message).toContain(words);
    // Whoever asks for no list of failures must not take the rest for everything.
    await expect(client.threadMessages({ threadId: ROOT }, options)).rejects.toThrow(words);
  });

  it('is the error where the message itself is in it', async () => {
    const { client } = await opened(answering({ 'SELECT Sent': 'NO [UNAVAILABLE] locked' }), [{ uid: 1 }]);
    const reading = client.threadMessages({ id: 'Sent;UIDVALIDITY=7/;UID=1' }, options, new Map());
    await expect(reading).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  });

  it('is not looked at unless it is usual, or all are asked for', async () => {
    const { client, server } = await opened(answering({}), [{ uid: 1 }]);
    const selected = async (allFolders: boolean) => {
      const before = server.commands.length;
      await client.threadMessages({ threadId: ROOT }, { ...options, allFolders });
      return server.commands.slice(before).filter((command) => command.startsWith('SELECT'));
    };
    expect(await selected(false)).toEqual(['SELECT INBOX', 'SELECT Sent']);
    expect(await selected(true)).toEqual(['SELECT INBOX', 'SELECT Sent', 'SELECT Other', 'SELECT Trash']);
    await client.threadMessages({ id: 'Other;UIDVALIDITY=7/;UID=1' }, options);
    expect(server.commands.filter((command) => command === 'SELECT Other')).toHaveLength(2);
  });
});

describe('the ids of threads that a server has itself (RFC 8474)', () => {
  const objectIds: ImapAnswers = (command) => {
    if (command === 'CAPABILITY') return '* CAPABILITY IMAP4rev1 OBJECTID\r\n';
    if (!command.includes('THREADID') || !command.includes('FETCH')) return answering({})(command);
    return [
      fetched(1, { uid: 1 }, command).replace('(UID', '(THREADID (T64-a_b) EMAILID (M1) UID'),
      fetched(2, { uid: 2 }, command).replace('(UID', '(THREADID NIL EMAILID (M2) UID'),
    ].join('');
  };

  it('are what the messages name, or what the header says where there is none', async () => {
    const { client, server } = await opened(objectIds, [{ uid: 1 }, { uid: 2 }]);
    const messages = await client.listMessages('INBOX', {}, { content: false }, 10);
    expect(messages.map(({ threadId }) => threadId)).toEqual(['<2@example.test>', 'T64-a_b']);
    expect(messages.map((one) => 'labels' in one)).toEqual([false, false]);
    await client.threadMessages({ threadId: 'T64-a_b' }, options);
    expect(server.commands).toContain('UID SEARCH THREADID T64-a_b');
    await client.threadMessages({ threadId: '<2@example.test>' }, options);
    expect(server.commands.at(-2)).toMatch(
      /^UID SEARCH OR HEADER MESSAGE-ID <2@example\.test> OR HEADER|^UID SEARCH OR/,
    );
    for (const threadId of ['T1 OR ALL', 'T1"', 'x'.repeat(300)]) {
      const refused = client.threadMessages({ threadId }, options);
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });

  it('are refused where the server has none', async () => {
    const { client } = await opened(answering({}), [{ uid: 1 }]);
    const refused = client.threadMessages({ threadId: 'T64-a_b' }, options);
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';

import type { MailClient } from '../../mail/model/client';
import type { CountedClient } from '../../mail/model/counted-client';
import type { FailedMessages } from '../../mail/model/failed-messages';
import type { Message } from '../../mail/model/message';
import type { ThreadOptions, ThreadReference } from '../../mail/model/thread';
import { mail } from '../servers/mailbox';
import type { MailLab } from './lab';

interface Abilities {
  /** Whether there are folders. */
  folders: boolean;
  /** Whether a thread is looked for in the usual folders only, if nothing else is asked for. */
  usualOnly: boolean;
  /**
   * The requests that a thread of 20 messages in three folders takes, on a new connection: by its id in all folders,
   * and after that by a message in a folder of one's own.
   */
  requests?: [byThread: number, byMessage: number];
}

const time = (minute: number) => new Date(Date.UTC(2026, 10, 5, 9, minute));

/** A message of the thread that begins with `<root@example.test>`. */
function member(number: number, headers: Record<string, string> = {}) {
  const before = Array.from({ length: number }, (_, i) =>
    i === 0 ? '<root@example.test>' : `<r${i}@example.test>`,
  );
  const raw = mail({
    subject: `${number === 0 ? '' : 'Re: '}Thread ${number}`,
    from: number % 3 === 1 ? 'Alice <alice@example.test>' : 'Bob <bob@example.test>',
    text: `Text ${number}`,
    date: time(number),
    headers: {
      Received: `from a.test by b.test; ${time(number).toUTCString()}`,
      'Message-ID': number === 0 ? '<root@example.test>' : `<r${number}@example.test>`,
      ...(number > 0 && { 'In-Reply-To': before.at(-1)!, References: before.join(' ') }),
      ...headers,
    },
  });
  return { raw, receivedAt: time(number) };
}

const other = (subject: string, id: string, headers: Record<string, string> = {}) => ({
  raw: mail({ subject, text: subject, date: time(30), headers: { 'Message-ID': id, ...headers } }),
  receivedAt: time(30),
});

const COUNT = 20;
const ALL = Array.from({ length: COUNT }, (_, i) => i);
const numbers = (messages: readonly Message[]) =>
  messages.map(({ subject }) => Number(/\d+$/.exec(subject)?.[0]));

/** The messages of a thread, on every protocol. */
export function givesThreads(
  startLab: () => Promise<MailLab>,
  { folders, usualOnly, requests }: Abilities,
): void {
  let lab: MailLab;
  let client: MailClient;
  let threadId = '';
  let inOwnFolder = '';
  const at = (name: string) => (lab.prefix ?? '') + name;

  const thread = async (
    reference: ThreadReference,
    options: Partial<ThreadOptions> = {},
    failed?: FailedMessages,
  ): Promise<Message[]> =>
    await client.threadMessages(
      reference,
      { wanted: { content: false }, limit: Infinity, ...options },
      failed,
    );

  const inInbox = async (subject: string) =>
    (await client.listMessages(lab.inbox, { subject: [subject] }, { content: false }, 100)).find(
      (one) => one.subject === subject,
    ) ?? expect.fail(`no ${subject}`);

  beforeAll(async () => {
    lab = await startLab();
    const elsewhere = (i: number) => folders && i > 0 && i % 3 !== 0;
    await lab.deliver(lab.inbox, [
      other('Another thread', '<other@example.test>'),
      other('No thread <root@example.test>', '<quoting@example.test>', { 'X-Thread': '<root@example.test>' }),
      ...ALL.filter((i) => !elsewhere(i)).map((i) => member(i)),
    ]);
    if (folders) {
      const before = await lab.open();
      await before.createFolder(at('Projects'));
      const sent = (await before.getFolder('\\Sent'))?.path ?? expect.fail('no sent folder');
      await before.close();
      for (const [folder, rest] of [
        [sent, 1],
        [at('Projects'), 2],
      ] as const) {
        const numbersThere = ALL.filter((i) => elsewhere(i) && i % 3 === rest);
        await lab.deliver(
          folder,
          numbersThere.map((i) => member(i)),
        );
      }
    }
    client = await lab.open();
    threadId = (await inInbox('Thread 0')).threadId ?? '';
    const own = folders ? at('Projects') : lab.inbox;
    inOwnFolder = (await client.findMessages(own, { subject: ['Re: Thread'] }, 1))[0]!;
  });
  afterAll(async () => {
    await client?.close();
    await lab?.stop();
  });

  it('names the same thread in all its messages, and another one in others', async () => {
    const messages = await client.listMessages(lab.inbox, {}, { content: false }, 100);
    const ids = new Map(messages.map((one) => [one.subject, one.threadId]));
    expect(threadId).not.toBe('');
    expect(ids.get('Re: Thread 3')).toBe(threadId);
    expect(ids.get('Re: Thread 18')).toBe(threadId);
    expect(ids.get('Another thread')).toBeTypeOf('string');
    // Other tests may have put other mail there.
    const three = ['Thread 0', 'Another thread', 'No thread <root@example.test>'].map((subject) =>
      ids.get(subject),
    );
    expect(new Set(three).size).toBe(3);
    const { id } = await inInbox('Re: Thread 3');
    const read = (await client.getMessages([id], { content: true, headers: true })).get(id) as Message;
    expect(read.threadId).toBe(threadId);
  });

  it('gives all messages of a thread across folders, oldest first', async () => {
    const everywhere = { allFolders: true };
    const messages = await thread({ threadId }, everywhere);
    expect(numbers(messages)).toEqual(ALL);
    expect(new Set(messages.map(({ threadId: id }) => id))).toEqual(new Set([threadId]));
    const { id } = await inInbox('Re: Thread 18');
    expect((await thread({ id }, everywhere)).map((one) => one.id)).toEqual(messages.map((one) => one.id));
    // Every id is one that works.
    const read = await client.getMessages(
      messages.map((one) => one.id),
      { content: false },
    );
    expect(numbers(messages.map((one) => read.get(one.id) as Message))).toEqual(ALL);
  });

  it('gives the first of them, or the last', async () => {
    const everywhere = { allFolders: true, limit: 5 };
    expect(numbers(await thread({ threadId }, everywhere))).toEqual(ALL.slice(0, 5));
    expect(numbers(await thread({ threadId }, { ...everywhere, sort: 'newest' }))).toEqual(
      ALL.toReversed().slice(0, 5),
    );
  });

  it('gives texts and headers where they are asked for', async () => {
    const wanted = { content: true, headers: true };
    const messages = await thread({ threadId }, { wanted, allFolders: true });
    expect(messages.map(({ content }) => content?.text.trim())).toEqual(ALL.map((i) => `Text ${i}`));
    expect(messages.at(-1)?.headers).toContainEqual(expect.objectContaining({ value: '<r18@example.test>' }));
  });

  it('gives previews where they are asked for', async () => {
    const wanted = { content: false, preview: true };
    for (const reference of [{ threadId }, { id: inOwnFolder }]) {
      const messages = await thread(reference, { wanted, allFolders: true });
      expect(messages.map(({ preview }) => preview)).toEqual(ALL.map((i) => `Text ${i}`));
    }
  });

  it('gives nothing for a thread that is not there, and refuses what is no thread of this server', async () => {
    const absent = threadId.startsWith('<')
      ? '<absent@example.test>'
      : Buffer.from('0'.repeat(33)).toString('base64');
    expect(await thread({ threadId: absent })).toEqual([]);
    for (const wrong of ['', 'a b', '<a\r\n@b>', '"']) {
      await expect(thread({ threadId: wrong })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    await expect(thread({ id: 'nonsense!' })).rejects.toMatchObject({
      code: expect.stringMatching(/^(MESSAGE_NOT_FOUND|INVALID_INPUT)$/) as string,
    });
  });

  it('takes few requests, however long the thread is', async () => {
    const fresh = (await lab.open()) as MailClient & CountedClient;
    try {
      const counts: number[] = [];
      for (const reference of [{ threadId }, { id: inOwnFolder }]) {
        const before = fresh.traffic.requests;
        const options = { wanted: { content: false }, limit: Infinity };
        const found = await fresh.threadMessages(reference, {
          ...options,
          allFolders: usualOnly && 'threadId' in reference,
        });
        expect(found).toHaveLength(COUNT);
        counts.push(fresh.traffic.requests - before);
      }
      // Exactly, so that a change is seen.
      if (requests) expect(counts).toEqual(requests);
    } finally {
      await fresh.close();
    }
  });

  if (!folders) return;

  it('looks in the usual folders unless all are asked for', async () => {
    const wanted = usualOnly ? ALL.filter((i) => i % 3 !== 2) : ALL;
    expect(numbers(await thread({ threadId }))).toEqual(wanted);
    // The folder of the message itself is one of them.
    expect(numbers(await thread({ id: inOwnFolder }))).toEqual(ALL);
  });

  it('gives a copy once, from where it matters, and not what was deleted', async () => {
    const root = await inInbox('Thread 0');
    const reply = await inInbox('Re: Thread 3');
    await client.copyMessages([root.id, reply.id], '\\Trash');
    await client.copyMessages([reply.id], at('Projects'));
    const everywhere = await thread({ threadId }, { allFolders: true });
    expect(numbers(everywhere)).toEqual(ALL);
    const folderOf = (number: number) => everywhere[number]!.folder;
    expect([folderOf(0), folderOf(3)]).toEqual([root.folder, root.folder]);
    // Deleted from its folder, it is in the trash only.
    await client.deleteMessages([root.id], { permanently: true });
    expect(numbers(await thread({ threadId }))[0]).toBe(1);
    expect(numbers(await thread({ threadId }, { allFolders: true }))).toEqual(ALL);
    const [deleted] = (await client.listMessages('\\Trash', {}, { content: false }, 10)).filter(
      ({ subject }) => subject === 'Thread 0',
    );
    expect(numbers(await thread({ id: deleted!.id }))).toContain(0);
  });

  it('shows both of two messages that only claim the same Message-ID', async () => {
    await lab.deliver(at('Projects'), [member(1, { From: 'Mallory <mallory@example.test>' })]);
    const messages = await thread({ threadId }, { allFolders: true });
    expect(messages.filter(({ messageId }) => messageId === '<r1@example.test>')).toHaveLength(2);
  });
}

import type { EwsServer } from '../../servers/exchange/ews';
import { mail, type MailContent } from '../../servers/mime';

export const ADA = 'ada@example.test';

/** What a client told of a point; undefined where its process ended before it could. */
export type Told = { result?: unknown; error?: string } | undefined;

/** One thing that a client of EWS has to do right. */
export interface Point {
  title: string;
  right: string;
  options?: { channelBinding: boolean };
  setUp(server: EwsServer): Promise<void>;
  /** What came of it, in a few words, from what the server saw and what the client told. */
  seen(server: EwsServer, told: Told): string;
}

const fill = async (server: EwsServer, ...contents: MailContent[]): Promise<void> =>
  await server.mailbox(ADA).deliver(
    'Inbox',
    contents.map((content) => mail({ from: 'bob@example.test', ...content })),
  );

const subjects = (...list: string[]): MailContent[] => list.map((subject) => ({ subject }));

const plain = (told: Told): string => told?.error ?? JSON.stringify(told?.result);

const THOUSAND = Array.from({ length: 1000 }, (_, number) => ({
  subject: `Message ${number}`,
  text: 'x'.repeat(500),
  attachments: [{ filename: 'a.txt', content: 'one' }],
}));

/** By the names that the clients of `theirs.ts` and `ours.ts` have for them. */
export const POINTS: Readonly<Record<string, Point>> = {
  folderName: {
    title: 'A folder is created whose name holds XML',
    right: '1 folder',
    setUp: async (server) => await fill(server),
    seen: ({ mailbox }) => {
      const { folders } = mailbox(ADA);
      const made = [...folders.values()].filter(({ name }) => /Injected/.test(name)).length;
      return made === 1 ? '1 folder' : `${made} folders`;
    },
  },
  itemId: {
    title: 'A message is deleted by an id that holds XML',
    right: '0 deleted, refused',
    setUp: async (server) => await fill(server, ...subjects('one', 'two', 'three')),
    seen: ({ mailbox }, told) => {
      const gone = 3 - mailbox(ADA).items.size;
      return `${gone} deleted${told?.error ? ', refused' : ''}`;
    },
  },
  ampersand: {
    title: 'Messages are searched by the subject R&D',
    right: '1 found',
    setUp: async (server) => await fill(server, ...subjects('R&D', 'other')),
    seen: (_, told) => (told?.error ? plain(told) : `${plain(told)} found`),
  },
  empty500: {
    title: 'The server answers 500 without a body',
    right: 'an error',
    setUp: async (server) => {
      server.faults.push({ kind: 'status', status: 500 });
      await fill(server);
    },
    seen: (_, told) => (told?.error ? 'an error' : told ? plain(told) : 'the process ends'),
  },
  extended: {
    title: 'An extended property is asked for',
    right: 'read',
    setUp: async (server) => await fill(server, ...subjects('one')),
    seen: (_, told) => told?.error ?? 'read',
  },
  order: {
    title: 'Items are listed newest first: message, post, message',
    right: 'message, post, message',
    setUp: async (server) => {
      const inbox = server.mailbox(ADA).folderAt('Inbox').id;
      for (const [subject, itemClass] of [
        ['message', 'IPM.Note'],
        ['post', 'IPM.Post'],
        ['message', 'IPM.Note'],
      ]) {
        await server.mailbox(ADA).add(inbox, mail({ subject }), { itemClass });
      }
    },
    seen: (_, told) => (told?.error ? plain(told) : (told?.result as string[] | undefined)?.join(', ')) ?? '',
  },
  whiteSpace: {
    title: 'A text that begins with white space is read',
    right: '"  two  "',
    setUp: async (server) => await fill(server, { subject: 's', text: '  two  ' }),
    seen: (_, told) => plain(told),
  },
  ntlm: {
    title: 'NTLM where it has to be bound to the TLS connection',
    right: 'logged in',
    setUp: async (server) => await fill(server),
    seen: (_, told) => (told?.error ? 'refused' : 'logged in'),
  },
  ntlmUnbound: {
    title: 'NTLM where it need not be',
    right: 'logged in',
    options: { channelBinding: false },
    setUp: async (server) => await fill(server),
    seen: (_, told) => (told?.error ? 'refused' : 'logged in'),
  },
  attachment: {
    title: 'A message with one file is sent',
    right: '1 file',
    setUp: async (server) => await fill(server),
    seen: ({ sent }, told) => {
      const files = sent[0]?.raw.toString().match(/^Content-Disposition: attachment/gim)?.length ?? 0;
      return told?.error ?? (files === 1 ? '1 file' : `${files} files`);
    },
  },
  attached: {
    title: 'An attached message is opened',
    right: '"inner"',
    setUp: async (server) => {
      const content = mail({ subject: 'inner' });
      const file = { filename: 'inner.eml', contentType: 'message/rfc822', content };
      await fill(server, { subject: 'outer', attachments: [file] });
    },
    seen: (_, told) => plain(told),
  },
  thousand: {
    title: 'A thousand messages are listed: CPU time, memory',
    right: 'little of both',
    setUp: async (server) => await fill(server, ...THOUSAND),
    seen: (_, told) => plain(told).replaceAll('"', ''),
  },
};

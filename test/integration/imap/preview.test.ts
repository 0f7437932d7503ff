import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { CountedClient } from '../../../mail/model/counted-client';
import { deliver, mail } from '../../servers/mailbox';
import { usual } from '../../servers/scripted-imap';
import { ALICE } from '../fixture';
import { commandsOf, startImapLab, without, type ImapLab } from './lab';
import { cleanUp, opened } from './scripted-lab';

cleanUp();

const PREVIEWS = { content: false, preview: true };

/** Mail whose text is not simply at the beginning of its body. */
const LETTERS = {
  flat: { text: 'One  line\r\n\r\n\tand another' },
  html: {
    html: '<html><head><style>p{color:red}</style></head><body><p>Dear&nbsp;<b>Ada</b> &amp; Bob,</p></body></html>',
  },
  both: { text: 'The text', html: '<p>The page</p>' },
  nested: {
    text: 'Äöü',
    html: '<p>Äöü <img src="cid:x"></p>',
    attachments: [
      { filename: 'a.pdf', contentType: 'application/pdf', content: Buffer.alloc(20_000, 'x') },
      { filename: 'x.png', contentType: 'image/png', content: Buffer.alloc(20_000), cid: 'x' },
    ],
  },
  long: { text: `${'word '.repeat(19)}abcdefghijklmnop end ${'x'.repeat(50_000)}` },
  file: {
    attachments: [{ filename: 'a.bin', contentType: 'application/x-data', content: Buffer.alloc(9000) }],
  },
};
const CYRILLIC = Buffer.concat([
  Buffer.from('From: a@example.test\r\nSubject: cyrillic\r\nMIME-Version: 1.0\r\n'),
  Buffer.from('Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: base64\r\n\r\n'),
  Buffer.from(`${Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]).toString('base64')}\r\n`),
]);
const EXPECTED = {
  flat: 'One line and another',
  html: 'Dear Ada & Bob,',
  both: 'The text',
  nested: 'Äöü',
  long: `${'word '.repeat(19).trim()}…`,
  file: undefined,
  cyrillic: 'Привет',
};

describe.each([
  ['a server that makes previews', {}, /\bPREVIEW\b/],
  ['a server that makes none', without('PREVIEW'), /BODY\.PEEK\[TEXT\]<0\.3072>/],
])('%s', (_, options, asked) => {
  let lab: ImapLab;
  beforeAll(async () => {
    lab = await startImapLab(options);
    const letters = Object.entries(LETTERS).map(([subject, letter]) => ({
      raw: mail({ subject, ...letter }),
    }));
    deliver(lab.dovecot, ALICE, 'Previews', [...letters, { raw: CYRILLIC }]);
  });
  afterAll(async () => await lab?.stop());

  const received = () => (lab.client as unknown as CountedClient).traffic.received;
  const listed = async (wanted: object = {}) =>
    await lab.client.listMessages('Previews', {}, { ...PREVIEWS, ...wanted }, Infinity);

  it('gives them with the list, with no more commands and without the rest of the bodies', async () => {
    await listed();
    const plain = await commandsOf(lab.wire, async () => await listed({ preview: false }));
    const before = [lab.wire.commands.length, received()] as const;
    expect(await commandsOf(lab.wire, async () => await listed())).toEqual(plain);
    const fetches = lab.wire.commands.slice(before[0]).filter((line) => line.includes('FETCH'));
    expect(fetches).toEqual([expect.stringMatching(asked)]);
    expect(received() - before[1]).toBeLessThan(30_000);
    const found = await listed();
    expect(Object.fromEntries(found.map(({ subject, preview }) => [subject, preview]))).toEqual(EXPECTED);
    expect(found.every(({ content }) => content === undefined)).toBe(true);
  });

  it('gives the same from a text that is read, and of messages by their ids', async () => {
    const found = await listed({ content: true });
    expect(Object.fromEntries(found.map(({ subject, preview }) => [subject, preview]))).toEqual(EXPECTED);
    const ids = found.map(({ id }) => id);
    const got = [...(await lab.client.getMessages(ids, PREVIEWS)).values()];
    expect(got.map((one) => 'preview' in one && one.preview)).toEqual(
      found.map(({ preview }) => preview ?? false),
    );
  });
});

const three = [1, 2, 3].map((uid) => ({ uid, text: `text ${uid}` }));

it('lists a message without its preview where the server does not give it with one', async () => {
  const { client, server } = await opened((command) => {
    if (!/FETCH.*\[TEXT\]/.test(command)) return undefined;
    const given = usual(three, command);
    return given.includes('text 2') ? 'NO [SERVERBUG] cannot read message 2' : given;
  }, three);
  const found = await client.listMessages('INBOX', {}, PREVIEWS, 10);
  expect(found.map(({ subject, preview }) => [subject, preview])).toEqual([
    ['Number 3', 'text 3'],
    ['Number 2', undefined],
    ['Number 1', 'text 1'],
  ]);
  expect(server.commands.filter((line) => line.includes('FETCH')).length).toBeLessThan(8);
});

it('makes previews itself where the server offers them and has none, and does not ask for them again', async () => {
  const { client, server } = await opened((command) => {
    if (command.startsWith('CAPABILITY')) return '* CAPABILITY IMAP4rev1 PREVIEW\r\n';
    if (!/ PREVIEW\)$/.test(command)) return undefined;
    return usual(three, command).replace(/\)\r\n(?=\*|$)/g, ' PREVIEW NIL)\r\n');
  }, three);
  const previews = async () =>
    (await client.listMessages('INBOX', {}, PREVIEWS, 10)).map(({ preview }) => preview);
  const fetches = () => server.commands.filter((line) => line.includes('FETCH')).length;
  expect(await previews()).toEqual(['text 3', 'text 2', 'text 1']);
  expect(fetches()).toBe(2);
  expect(await previews()).toEqual(['text 3', 'text 2', 'text 1']);
  expect(fetches()).toBe(3);
});

it.each([
  ['as a string', 'PREVIEW "Hello \\"you\\""', 'Hello "you"'],
  ['as a literal', 'PREVIEW {7}\r\nHi\r\nyou', 'Hi you'],
  ['with an algorithm, as a draft of the standard had it', 'PREVIEW (FUZZY "Hi")', 'text 1'],
  ['not at all', 'FLAGS ()', undefined],
])('takes a preview %s', async (_, item, expected) => {
  const { client } = await opened(
    (command) => {
      if (command.startsWith('CAPABILITY')) return '* CAPABILITY IMAP4rev1 PREVIEW\r\n';
      if (!/ PREVIEW\)$/.test(command)) return undefined;
      return usual(three.slice(0, 1), command).replace(/\)\r\n$/, ` ${item})\r\n`);
    },
    three.slice(0, 1),
  );
  const [found] = await client.listMessages('INBOX', {}, PREVIEWS, 10);
  expect(found?.subject).toBe('Number 1');
  expect(found?.preview).toBe(expected);
});

it('takes the preview of a message of which the server gives no header', async () => {
  const { client } = await opened(
    (command) => {
      if (command.startsWith('CAPABILITY')) return '* CAPABILITY IMAP4rev1 PREVIEW\r\n';
      if (!command.includes('FETCH')) return undefined;
      const envelope = '(NIL "No header" NIL NIL NIL NIL NIL NIL NIL NIL)';
      const preview = command.includes('PREVIEW') ? ' PREVIEW "Hello"' : '';
      const structure = '("text" "plain" NIL NIL NIL "7bit" 4 1 NIL NIL NIL NIL)';
      return `* 1 FETCH (UID 1 FLAGS () ENVELOPE ${envelope} BODYSTRUCTURE ${structure}${preview})\r\n`;
    },
    three.slice(0, 1),
  );
  const found = await client.listMessages('INBOX', {}, PREVIEWS, 10);
  expect(found).toMatchObject([{ subject: 'No header', preview: 'Hello' }]);
});

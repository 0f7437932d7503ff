import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Message } from '../../../mail/model/message';
import { LEFT_OUT, type FailedFolders, type MessageSearch } from '../../../mail/model/message-search';
import { commandsOf, startImapLab, type ImapLab } from './lab';
import { cleanUp, opened } from './scripted-lab';

cleanUp();

const SENDERS = ['a@x.test', 'b@x.test', 'sender@', 'c@x.test', 'd@x.test'];
const FOUR = ['One', 'Two', 'Three', 'Four'];

const search = (changes: Partial<MessageSearch>): MessageSearch => ({
  ...{ where: FOUR, query: { from: SENDERS }, wanted: { content: false }, limit: 50, sort: 'newest' },
  ...changes,
});

describe('a search in several folders over IMAP', () => {
  let lab: ImapLab;
  beforeAll(async () => {
    lab = await startImapLab();
    for (const folder of FOUR) await lab.fill(folder, [`in ${folder}`, `also in ${folder}`]);
    await lab.fill('Empty', []);
  });
  afterAll(async () => await lab?.stop());

  it('with 5 senders over 4 folders is 4 SEARCH commands', async () => {
    let found: Message[] = [];
    const commands = await commandsOf(lab.wire, async () => {
      found = await lab.client.searchMessages(search({}));
    });
    expect(found).toHaveLength(8);
    expect(commands).toEqual(FOUR.flatMap(() => ['SELECT', 'UID SEARCH', 'UID FETCH']));
    expect(lab.wire.commands.filter((one) => one.includes('SEARCH')).at(-1)).toBe(
      'UID SEARCH ALL OR OR OR FROM a@x.test FROM b@x.test FROM sender@ OR FROM c@x.test FROM d@x.test',
    );
  });

  // As an atom, Courier would not take it for a text.
  it('puts a text in quotation marks that would mean no text, but no keyword', async () => {
    const query = { from: ['nil'], subject: ['NIL', 'in'], keyword: ['NIL'] };
    await lab.client.searchMessages(search({ where: ['One'], query }));
    expect(lab.wire.commands.at(-1)).toBe('UID SEARCH KEYWORD NIL FROM "nil" OR SUBJECT "NIL" SUBJECT in');
  });

  it('reads the texts only of the messages that it gives', async () => {
    const wanted = { content: true };
    // The newest may be in any of the four, so that none of them is selected at the end.
    const where = [...FOUR, 'Empty'];
    const commands = await commandsOf(lab.wire, async () => {
      const found = await lab.client.searchMessages(search({ where, wanted, limit: 1 }));
      expect(found[0]?.content?.text.trim()).toMatch(/in (One|Two|Three|Four)$/);
    });
    expect(commands.filter((one) => one === 'UID SEARCH')).toHaveLength(4);
    expect(commands.slice(12)).toEqual(['SELECT', 'SELECT', 'UID FETCH', 'UID FETCH']);
  });

  it('fetches nothing where nothing is found', async () => {
    const commands = await commandsOf(lab.wire, async () => {
      const query = { subject: ['in Four'] };
      expect(
        await lab.client.searchMessages(search({ query, where: ['Empty', 'Three', 'Four'] })),
      ).toHaveLength(2);
    });
    expect(commands).toEqual(['SELECT', 'SELECT', 'UID SEARCH', 'SELECT', 'UID SEARCH', 'UID FETCH']);
  });

  it('checks a whole subject among those that the server finds', async () => {
    const query = { subject: [{ exactly: 'IN ONE' }, { exactly: 'in' }] };
    const found = await lab.client.searchMessages(search({ query }));
    expect(found.map(({ subject }) => subject)).toEqual(['in One']);
  });
});

const MESSAGES = [{ uid: 11 }, { uid: 12 }];

/** Gmail, whose folders are labels: what it lists, and what it finds. */
const gmail = (command: string): string | undefined => {
  if (command.startsWith('CAPABILITY')) return '* CAPABILITY IMAP4rev1 SPECIAL-USE X-GM-EXT-1\r\n';
  if (!command.startsWith('LIST') || command.endsWith('""')) return undefined;
  return [
    '() "/" INBOX',
    '() "/" Work',
    '(\\Noselect) "/" "[Gmail]"',
    '(\\All) "/" "[Gmail]/All Mail"',
    '(\\Drafts) "/" "[Gmail]/Drafts"',
    '(\\Flagged) "/" "[Gmail]/Starred"',
    '(\\Junk) "/" "[Gmail]/Spam"',
    '(\\Trash) "/" "[Gmail]/Trash"',
  ]
    .map((line) => `* LIST ${line}\r\n`)
    .join('');
};

describe('a search in all folders', () => {
  const selected = (commands: readonly string[]) =>
    commands
      .filter((one) => one.startsWith('SELECT'))
      .map((one) => one.replace(/^SELECT "?([^"]*)"?.*$/, '$1'));

  it.each([
    [LEFT_OUT, ['[Gmail]/All Mail'], /^UID SEARCH .*UNDRAFT/],
    [['\\Drafts', '\\Junk'], ['[Gmail]/All Mail', '[Gmail]/Trash'], /^UID SEARCH .*UNDRAFT/],
    [['\\Trash'], ['[Gmail]/All Mail', '[Gmail]/Spam'], /^UID SEARCH (?!.*UNDRAFT)/],
  ] as const)('of Gmail except %j is one in %j', async (allExcept, folders, command) => {
    const { client, server } = await opened(gmail, MESSAGES);
    await client.searchMessages(search({ where: { allExcept } }));
    expect(selected(server.commands)).toEqual(folders);
    const searches = server.commands.filter((one) => one.includes('SEARCH'));
    expect(searches).toHaveLength(folders.length);
    for (const one of searches) expect(one).toMatch(command);
  });

  it('of another server leaves out the folders that only show messages of others', async () => {
    const plain = (command: string) => gmail(command)?.replace(' X-GM-EXT-1', '');
    const { client, server } = await opened(plain, MESSAGES);
    await client.searchMessages(search({ where: { allExcept: LEFT_OUT } }));
    expect(selected(server.commands)).toEqual(['INBOX', 'Work']);
  });

  it('names a folder that the server refuses, and gives the others', async () => {
    const refusing = (command: string) =>
      /^SELECT Work/.test(command) ? 'NO [NOPERM] not yours' : gmail(command)?.replace(' X-GM-EXT-1', '');
    const { client } = await opened(refusing, MESSAGES);
    const refused: FailedFolders = new Map();
    const all = search({ query: {}, where: { allExcept: LEFT_OUT } });
    expect(await client.searchMessages(all, undefined, refused)).toHaveLength(2);
    expect([...refused.keys()]).toEqual(['Work']);
    await expect(client.searchMessages(all)).rejects.toMatchObject({
      message: expect.stringContaining('"Work"') as string,
    });
  });

  it('is not repeated in the other folders where the connection is lost', async () => {
    const silent = (command: string) =>
      /^SELECT Work/.test(command) ? 'silence' : gmail(command)?.replace(' X-GM-EXT-1', '');
    const { client } = await opened(silent, MESSAGES, 300);
    const refused: FailedFolders = new Map();
    const lost = client.searchMessages(search({ where: { allExcept: [] } }), undefined, refused);
    await expect(lost).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT' });
    expect(refused.size).toBe(0);
  });
});

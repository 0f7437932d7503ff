import { describe, expect, it } from 'vitest';

import { COURIER_LIMITS, startCourier } from '../../servers/debian/courier';
import { onServer } from './contract';
import { failureOf, fill, tellsMadeFolders, withClient } from './faults';

const courier = onServer(startCourier, COURIER_LIMITS);

describe('in its own way', () => {
  // RFC 6856 section 2: without UTF8 it puts a notice in the place of such a message.
  it('reads a message with UTF-8 in its header over POP3', async () => {
    const raw = Buffer.from('From: Ada <ada@example.test>\r\nSubject: Größe\r\n\r\nText\r\n');
    await courier().deliver('alice', 'INBOX', [{ raw }]);
    const messages = await withClient(
      courier(),
      async (client) => await client.listMessages('INBOX', {}, { content: true }, 1),
      'pop3',
    );
    expect(messages).toMatchObject([
      { subject: 'Größe', content: { text: expect.stringMatching(/^Text\s*$/) } },
    ]);
  });

  tellsMadeFolders(courier, ['INBOX.AtEnd.', 'Inbox.x']);

  // Its answer is OK.
  it('says that a folder which is not there was not renamed', async () => {
    const renaming = withClient(
      courier(),
      async (client) => await client.renameFolder('INBOX.Nowhere', 'INBOX.Somewhere'),
    );
    expect((await failureOf(renaming)).code).toBe('FOLDER_NOT_FOUND');
  });

  // Its answer is `NO Error in IMAP command received by server`.
  it('says that a raw search is not understood', async () => {
    const folder = await fill(courier(), 'Raw', 'one');
    const searching = withClient(
      courier(),
      async (client) => await client.findMessages(folder, { raw: 'FOO' }, 10),
    );
    expect((await failureOf(searching)).code).toBe('INVALID_INPUT');
  });

  // Its LIST says \Noselect of the inbox as soon as there are folders in it.
  it('lists the inbox as a folder that can be selected', async () => {
    await fill(courier(), 'Within', 'one');
    const [inbox] = await withClient(courier(), async (client) => await client.listFolders({ counts: true }));
    expect(inbox).toMatchObject({ path: 'INBOX', specialUse: '\\Inbox', selectable: true });
  });

  it.each([[['nil']], [['NIL', 'nothing else']]])('finds the text %j', async (subject) => {
    const folder = await fill(courier(), 'Nil', 'nil return', 'other');
    const found = await withClient(
      courier(),
      async (client) => await client.listMessages(folder, { subject }, { content: false }, 10),
    );
    expect(found.map((one) => one.subject)).toContain('nil return');
    expect(found.map((one) => one.subject)).not.toContain('other');
  });

  // NAMESPACE tells the prefix.
  it('suggests the path that the server would accept', async () => {
    const creating = withClient(courier(), async (client) => await client.createFolder('Projects'));
    const { message, description } = await failureOf(creating);
    expect(message).toContain('Projects');
    expect(description).toContain('INBOX.Projects');
  });
});

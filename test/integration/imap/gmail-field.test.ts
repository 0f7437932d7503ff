// What Gmail does by the bug reports of other programs that read it over IMAP.
import { describe, expect, it } from 'vitest';

import { cleanUp, opened } from './scripted-lab';

cleanUp();

const THREE = [{ uid: 11 }, { uid: 12 }, { uid: 13 }];
/** Of an account whose owner shows neither "All Mail" nor "Trash" to mail programs. */
const FEW = [
  '* LIST (\\HasNoChildren) "/" "INBOX"',
  '* LIST (\\HasChildren \\Noselect) "/" "[Gmail]"',
  '* LIST (\\HasNoChildren \\Flagged) "/" "[Gmail]/Starred"',
  '* LIST (\\HasNoChildren) "/" "Work"',
  '',
].join('\r\n');

const gmail =
  (other: (command: string) => string | undefined = () => undefined) =>
  (command: string) => {
    if (command === 'CAPABILITY') return '* CAPABILITY IMAP4rev1 X-GM-EXT-1 UIDPLUS MOVE SPECIAL-USE\r\n';
    return other(command) ?? (command.startsWith('LIST') ? FEW : undefined);
  };
const contains = (text: string) => expect.stringContaining(text) as string;

// Mailspring 277, gmailgem/gmail 47.
describe('a folder that Gmail does not show to mail programs', () => {
  it.each([true, false])('the trash is needed to delete (permanently: %s)', async (permanently) => {
    const { client, server } = await opened(gmail(), THREE);
    await expect(
      client.deleteMessages(['INBOX;UIDVALIDITY=7/;UID=11'], { permanently }),
    ).rejects.toMatchObject({
      code: 'FOLDER_NOT_FOUND',
      description: contains('to show Trash in IMAP'),
    });
    expect(server.commands.filter((one) => /STORE|EXPUNGE|MOVE|COPY/.test(one))).toEqual([]);
  });

  it('a search in all folders names All Mail, because archived messages are nowhere else', async () => {
    const { client } = await opened(gmail(), THREE);
    const search = {
      ...{ where: { allExcept: ['\\Junk' as const] }, query: {}, wanted: { content: false } },
      ...{ limit: 10, sort: 'newest' as const },
    };
    const failed = new Map<string, unknown>();
    expect(await client.searchMessages(search, undefined, failed as never)).not.toEqual([]);
    expect([...failed]).toMatchObject([['All Mail', { description: contains('to show All Mail in IMAP') }]]);
    await expect(client.searchMessages(search)).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
  });
});

// ljmerza/ha-email-sensor 16, chatwoot 6082.
describe('an account that has read too much', () => {
  const later = { code: 'SERVER_REFUSED', retryAfter: 0, description: contains('temporary') };
  const WORDS = 'Account exceeded command or bandwidth limits. (Failure)';

  it.each(['[OVERQUOTA] ', '[ALERT] ', '[THROTTLED] ', ''])(
    'is not full, and its mail is not damaged: %s',
    async (code) => {
      const select = await opened(
        gmail((one) => (/^(SELECT|EXAMINE)/.test(one) ? `NO ${code}${WORDS}` : undefined)),
        THREE,
      );
      await expect(select.client.findMessages('INBOX', {}, 1)).rejects.toMatchObject({
        ...{ code: later.code, description: later.description },
      });
      const fetch = await opened(
        gmail((one) => (/FETCH/.test(one) ? `NO ${code}${WORDS}` : undefined)),
        THREE,
      );
      await expect(fetch.client.listMessages('INBOX', {}, { content: true }, 5)).rejects.toMatchObject(later);
    },
  );

  it('is full where that is said', async () => {
    const { client } = await opened(
      gmail((one) => (/^(SELECT|EXAMINE)/.test(one) ? 'NO [OVERQUOTA] Out of storage (Failure)' : undefined)),
      THREE,
    );
    await expect(client.findMessages('INBOX', {}, 1)).rejects.toMatchObject({
      description: contains('The mailbox is full.'),
    });
  });
});

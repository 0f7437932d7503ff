import type { LookupFunction } from 'node:net';

import { expect, it } from 'vitest';

import { openClient } from '../../../mail/session/open-client';
import { settingsFor } from '../fixture';
import { cleanUp, opened } from './scripted-lab';

// What a builder sees who asks an IMAP server for something that it cannot do, or that makes no sense.

cleanUp();

const ONE = [{ uid: 11 }];
const ID = 'INBOX;UIDVALIDITY=7/;UID=11';

it('a search in the language of Gmail is refused elsewhere', async () => {
  const { client, server } = await opened(() => undefined, ONE);
  const search = client.findMessages('INBOX', { raw: 'gmail: has:attachment' }, 1);
  await expect(search).rejects.toMatchObject({
    code: 'NOT_SUPPORTED',
    message: 'Raw Search: only Gmail over IMAP understands a search that begins with "gmail:"',
    description: expect.stringMatching(/^Write SEARCH keys of IMAP/) as string,
  });
  expect(server.commands.filter((one) => one.includes('SEARCH'))).toEqual([]);
});

it('an empty folder is no folder', async () => {
  const { client } = await opened(() => undefined, ONE);
  await expect(client.findMessages('', {}, 1)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: 'Folder: it is empty',
    description: 'Choose a folder, or enter its path.',
  });
});

it.each(['', 'x', '1.', '1; DROP'])('an attachment is not found at "%s"', async (part) => {
  const { client } = await opened(() => undefined, ONE);
  await expect(client.openAttachment(ID, part)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: `Attachment: "${part}" is not a part of a message`,
    description: 'Use the field "part" of an attachment.',
  });
});

it.each(['NO [NOPERM] not here', 'NO not here'])(
  'a message that was copied but may not be removed is told apart from one that was moved: %s',
  async (answer) => {
    const { client, server } = await opened((command) => {
      if (command === 'CAPABILITY') return '* CAPABILITY IMAP4rev1 UIDPLUS\r\n';
      if (command.startsWith('UID COPY')) return 'OK [COPYUID 9 11 5] done';
      return command.startsWith('UID EXPUNGE') ? answer : undefined;
    }, ONE);
    const outcome = (await client.moveMessages([ID], 'Archive')).get(ID);
    expect(outcome).toMatchObject({
      code: 'SERVER_REFUSED',
      message: expect.stringMatching(
        /^The message was copied to "Archive", but the server did not remove it from "INBOX" \(.*not here\)$/,
      ) as string,
      description: 'Delete it in the old folder, or check the rights of the account.',
    });
    // It would be removed when the next client cleans up.
    expect(server.commands.some((one) => /STORE 11 -FLAGS.*Deleted/.test(one))).toBe(true);
  },
);

it('a name that cannot be looked up now is told apart from one that does not exist', async () => {
  const noDns: LookupFunction = (host, _, done) =>
    done(Object.assign(new Error(`getaddrinfo EAI_AGAIN ${host}`), { code: 'EAI_AGAIN' }), [], 4);
  const settings = settingsFor({ host: 'mail.example.test', ports: {}, users: {} } as never, {
    ...{ port: 993, password: 'canary' },
    outbound: { lookup: noDns, assertAllowed: async () => await Promise.resolve() },
  });
  await expect(openClient(settings)).rejects.toMatchObject({
    code: 'HOST_NOT_FOUND',
    message: 'The server name mail.example.test could not be looked up',
    description: expect.stringMatching(/^Check "IMAP Host" in the credential, and the DNS server/) as string,
  });
});

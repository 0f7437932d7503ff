import { expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { isMailError, type MailError } from '../../../mail/errors';
import { openClient } from '../../../mail/session/open-client';
import type { MailServer } from '../../servers/debian/mail-server';
import { mail } from '../../servers/mailbox';
import { settingsOf } from './lab';

/** Does something with a connection of alice's, which is closed whatever comes of it. */
export async function withClient<T>(
  server: MailServer,
  work: (client: MailClient) => Promise<T>,
  protocol: 'imap' | 'pop3' = 'imap',
): Promise<T> {
  const client = await openClient(settingsOf(server, protocol, 'alice'));
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** A folder of alice's with messages in it; answers its path. */
export async function fill(server: MailServer, name: string, ...subjects: string[]): Promise<string> {
  const folder = server.prefix + name;
  await server.deliver(
    'alice',
    folder,
    subjects.map((subject) => ({ raw: mail({ subject, text: subject }) })),
  );
  return folder;
}

/** What something failed with. */
export async function failureOf(work: Promise<unknown>): Promise<MailError> {
  const failure = await work.then(
    () => expect.fail('It did not fail'),
    (error: unknown) => error,
  );
  return isMailError(failure) ? failure : expect.fail(String(failure));
}

/**
 * What is said to be made is what the server's list has.
 *
 * @param paths as a person may write them
 */
export function tellsMadeFolders(server: () => MailServer, paths: readonly string[]): void {
  it.each(paths)('returns the path of a new folder as the server lists it: %s', async (path) => {
    await withClient(server(), async (client) => {
      const made = await client.createFolder(path).catch((error: unknown) => error);
      if (isMailError(made)) return;
      const paths = (await client.listFolders({ counts: false })).map((folder) => folder.path);
      expect(paths).toContain((made as { path: string }).path);
    });
  });
}

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import type { Message } from '../../../mail/model/message';
import type { Session } from '../../../mail/session/session';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { deliver, mail } from '../../servers/mailbox';
import { waitFor } from '../../servers/wait';
import { startWire, type Wire } from '../../servers/wire';
import { ALICE, sessionOf, settingsFor } from '../fixture';

// An attachment of several pieces, so that what happens to the connection happens in its middle.
const LARGE = randomBytes(12_000_000);

let dovecot: Dovecot;
let wire: Wire;
let session: Session;
let message: Message;

beforeAll(async () => {
  dovecot = await startDovecot();
  deliver(dovecot, ALICE, 'INBOX', [mail({ attachments: [{ filename: 'large.bin', content: LARGE }] })]);
});
beforeEach(async () => {
  wire = await startWire(dovecot.ports.imap);
  session = sessionOf(
    settingsFor(dovecot, { port: wire.port, security: 'none', timeouts: { command: 1000 } }),
  );
  const list = await session.use(
    async (client) => await client.listMessages('INBOX', {}, { content: false }, 1),
    { repeatable: true },
  );
  message = list[0]!;
});
afterEach(async () => {
  await session.close();
  await waitFor('no connection', () => wire.open === 0, 2_000);
  await wire.stop();
});
afterAll(async () => await dovecot?.stop());

/** Reads the attachment, and does something when its first bytes have come. */
async function read(midway: () => void): Promise<{ content: Buffer; tries: number }> {
  let tries = 0;
  const content = await session.use(
    async (client) => {
      const download = await client.openAttachment(message.id, message.attachments[0]!.part);
      if (tries++ === 0) {
        await once(download.content, 'readable');
        midway();
      }
      return await buffer(download.content);
    },
    { repeatable: true },
  );
  return { content, tries };
}

test('is read again from the start when the connection is lost midway', async () => {
  const { content, tries } = await read(() => wire.dropAll());
  expect(tries).toBe(2);
  expect(content.equals(LARGE)).toBe(true);
});

test('fails with a timeout when the server falls silent midway', async () => {
  await expect(read(() => wire.stall())).rejects.toMatchObject({
    name: 'MailError',
    code: 'COMMAND_TIMEOUT',
  });
  wire.resume();
});

test('leaves the session usable when its reader stops early', async () => {
  await session.use(
    async (client) => {
      const { content } = await client.openAttachment(message.id, message.attachments[0]!.part);
      await once(content, 'readable');
      content.destroy();
    },
    { repeatable: false },
  );
  expect((await read(() => {})).content.equals(LARGE)).toBe(true);
});

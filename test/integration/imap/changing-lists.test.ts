import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Sort } from '../../../mail/model/message-search';
import { deliver, mail } from '../../servers/mailbox';
import { ALICE } from '../fixture';
import { startImapLab, type ImapLab } from './lab';

// More messages than are checked at once, and someone else changes the folder between two FETCH commands.

const BLOCK = 450;

let lab: ImapLab;
beforeAll(async () => {
  lab = await startImapLab();
});
afterAll(async () => {
  await lab?.stop();
});

/** Runs before the second FETCH reaches the server. */
function beforeSecondFetch(change: () => Promise<unknown>): Promise<void> {
  const { commands } = lab.wire;
  let fetches = 0;
  return new Promise((resolve, reject) => {
    commands.push = (...lines) => {
      if (lines.some((line) => /^(UID )?FETCH/.test(line)) && ++fetches === 2) {
        Reflect.deleteProperty(commands, 'push');
        lab.wire.stall();
        change()
          .then(() => resolve(), reject)
          .finally(() => lab.wire.resume());
      }
      return Array.prototype.push.apply(commands, lines);
    };
  });
}

describe.each<Sort>(['newest', 'oldest'])('%s first', (sort) => {
  it.each<[string, (n: number) => boolean]>([
    ['that were given', (n) => n % 4 === 0 && n < 400],
    ['that come next', (n) => n > 2 * BLOCK && n % 2 === 0],
    ['everywhere', (n) => n % 3 === 0],
  ])('nothing is missed when others delete messages %s', async (name, isDeleted) => {
    const folder = `Changing ${sort} ${name}`;
    // What does not match is in between, so that a part as long as the limit is not enough.
    const files = [{ filename: 'a.bin', content: Buffer.from('x'), contentType: 'a/b' }];
    const messages = Array.from({ length: 3 * BLOCK }, (_, index) => {
      const isBetween = Math.floor(index / BLOCK) === 1;
      return { raw: mail({ subject: `n ${index}`, text: 'x', ...(isBetween && { attachments: files }) }) };
    });
    deliver(lab.dovecot, ALICE, folder, messages);
    const all = (await lab.witness.findMessages(folder, {}, Infinity)).reverse();
    // From 0, in the order of reading.
    const inOrder = sort === 'oldest' ? all : all.toReversed();
    const gone = inOrder.filter((_, index) => isDeleted(index));
    const changed = beforeSecondFetch(async () => {
      await lab.witness.deleteMessages(gone, { permanently: true });
      await lab.fill(folder, ['new']);
    });
    const found = await lab.client.searchMessages({
      ...{ where: [folder], query: { hasAttachments: false }, wanted: { content: false } },
      ...{ limit: 2 * BLOCK, sort },
    });
    await changed;
    const given = new Set(found.map(({ id }) => id));
    const stayed = inOrder.filter((id, index) => Math.floor(index / BLOCK) !== 1 && !gone.includes(id));
    expect(stayed.filter((id) => !given.has(id))).toEqual([]);
    expect(given.size).toBe(found.length);
  });
});

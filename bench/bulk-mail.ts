import { randomBytes } from 'node:crypto';

import type { Dovecot } from '../test/servers/dovecot';
import { deliver, mail } from '../test/servers/mailbox';

const text = (i: number) => `Dear Alice, this is message ${i}.\r\n`.repeat(60);
const letter = (i: number) =>
  mail({ from: `Sender ${i % 40} <sender${i % 40}@example.test>`, subject: `Order ${i}`, text: text(i) });

/** Fills the folders for the bulk work. Every message differs, because repeated bytes could be compressed. */
export function fill(dovecot: Dovecot, user: string): void {
  const put = (folder: string, count: number, make: (i: number) => Buffer) => {
    for (let start = 0; start < count; start += 500) {
      const messages = Array.from({ length: Math.min(500, count - start) }, (_, i) => make(start + i));
      deliver(dovecot, user, folder, messages);
    }
  };
  put('Envelopes', 10_000, letter);
  put('Texts', 1000, letter);
  put('WarmUp', 10, letter);
  put('Huge', 50_000, letter);
  const file = (size: number) => (i: number) =>
    mail({ subject: `${i}`, text: 'x', attachments: [{ filename: `${i}.bin`, content: randomBytes(size) }] });
  put('Files', 200, file(1_000_000));
  put('Stream', 250, file(1_500_000));
}

/** Fills a folder that each measurement changes. */
export const fillChanged = (dovecot: Dovecot, user: string, folder: string): void =>
  deliver(
    dovecot,
    user,
    folder,
    Array.from({ length: 1000 }, (_, i) => letter(i)),
  );

import { randomBytes } from 'node:crypto';

import type { Dovecot } from '../test/servers/dovecot';
import { deliver, mail } from '../test/servers/mailbox';
import type { WorkName } from './bulk-works';

const text = (i: number) => `Dear Alice, this is message ${i}.\r\n`.repeat(60);
const letter = (i: number) =>
  mail({ from: `Sender ${i % 40} <sender${i % 40}@example.test>`, subject: `Order ${i}`, text: text(i) });

const file = (size: number) => (i: number) =>
  mail({ subject: `${i}`, text: 'x', attachments: [{ filename: `${i}.bin`, content: randomBytes(size) }] });

/** The folder of each work that changes nothing. Every message differs, because repeated bytes could be compressed. */
const FOLDERS: Partial<
  Record<WorkName, readonly [folder: string, count: number, make: (i: number) => Buffer]>
> = {
  envelopes: ['Envelopes', 10_000, letter],
  texts: ['Texts', 1000, letter],
  newest: ['Huge', 50_000, letter],
  files: ['Files', 200, file(1_000_000)],
  stream: ['Stream', 250, file(1_500_000)],
  warmUp: ['WarmUp', 10, letter],
};

/** Fills the folders for these works. */
export function fill(dovecot: Dovecot, user: string, works: readonly WorkName[]): void {
  for (const [folder, count, make] of works.flatMap((work) => (FOLDERS[work] ? [FOLDERS[work]] : []))) {
    for (let start = 0; start < count; start += 500) {
      const messages = Array.from({ length: Math.min(500, count - start) }, (_, i) => make(start + i));
      deliver(dovecot, user, folder, messages);
    }
  }
}

/** New messages, one more than are read: n8n's own trigger skips the first. */
export const WAITING = 501;

/** Fills a folder that each measurement changes. */
export const fillChanged = (dovecot: Dovecot, user: string, folder: string, count: number): void =>
  deliver(
    dovecot,
    user,
    folder,
    Array.from({ length: count }, (_, i) => letter(i)),
  );

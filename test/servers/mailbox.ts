import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Dovecot } from './dovecot';
import type { Owner } from './dovecot-config';

export { mail, type Attachment, type MailContent } from './mime';

export interface Delivery {
  raw: Buffer;
  read?: boolean;
  flagged?: boolean;
  /** What IMAP calls the internal date. */
  receivedAt?: Date;
}

let delivered = 0;

/**
 * Puts messages into a folder as files of a maildir, thousands in a second. Dovecot sees them at the
 * next command that looks, numbers them in the order given, and keeps no other index of its own.
 */
export function deliver(
  dovecot: Dovecot,
  user: string,
  folder: string,
  messages: (Buffer | Delivery)[],
): void {
  const maildir = openMaildir(dovecot, user, folder);
  const { uid, gid } = dovecot.owner;
  for (const message of messages) {
    const { raw, read, flagged, receivedAt } = Buffer.isBuffer(message)
      ? ({ raw: message } as Delivery)
      : message;
    const name = nextName(raw.length);
    const written = join(maildir, 'tmp', name);
    writeFileSync(written, raw);
    chownSync(written, uid, gid);
    if (receivedAt) utimesSync(written, receivedAt, receivedAt);
    // A reader must never meet half a message, hence the rename.
    renameSync(written, join(maildir, 'new', `${name}:2,${flagged ? 'F' : ''}${read ? 'S' : ''}`));
  }
}

/**
 * Loses the folder's UIDs, as after a restore: the folder gets another UIDVALIDITY, and its messages other UIDs. Nobody
 * may have it selected: Dovecot would keep the UIDVALIDITY that it has in memory.
 */
export function renumber(dovecot: Dovecot, user: string, folder: string): void {
  const maildir = openMaildir(dovecot, user, folder);
  for (const name of readdirSync(maildir)) {
    if (/^dovecot(-uidlist|\.index)/.test(name)) rmSync(join(maildir, name));
  }
}

/** Dovecot numbers new files by the seconds and microseconds in their names: ours only ever grow. */
function nextName(size: number): string {
  const order = ++delivered;
  const seconds = 1_000_000_000 + Math.floor(order / 1_000_000);
  return `${seconds}.M${String(order % 1_000_000).padStart(6, '0')}P${process.pid}.localhost,S=${size}`;
}

/** The folder's directory, made where the user has not logged in yet. `A/B` is `.A.B` on disk. */
function openMaildir(dovecot: Dovecot, user: string, folder: string): string {
  const root = join(dovecot.home(user), 'Maildir');
  const maildir = folder === 'INBOX' ? root : join(root, `.${utf7(folder).replaceAll('/', '.')}`);
  for (const dir of [root, maildir, ...['cur', 'new', 'tmp'].map((sub) => join(maildir, sub))]) {
    own(dir, dovecot.owner);
  }
  return maildir;
}

/** As IMAP writes names, and Dovecot those of a maildir's folders (RFC 3501 section 5.1.3). */
export const utf7 = (name: string): string =>
  name
    .replaceAll('&', '&-')
    .replace(
      /[^\x20-\x7e]+/g,
      (text) =>
        `&${Buffer.from(text, 'utf16le').swap16().toString('base64').replace(/=+$/, '').replaceAll('/', ',')}-`,
    );

function own(dir: string, { uid, gid }: Owner): void {
  if (existsSync(dir)) return;
  mkdirSync(dir, { mode: 0o700 });
  chownSync(dir, uid, gid);
}

import { finished } from 'node:stream/promises';

import type { FetchMessageObject, ImapFlow, ImapFlowError, MailboxObject } from 'imapflow';

import type { MailClient } from '../client';
import { MailError, invalidInput, isMailError } from '../errors';
import type { AttachmentDownload, Message } from '../message/message';
import { assertQuery, matchesExactly, type MessageQuery, type Wanted } from '../message/query';
import type { SessionSettings } from '../session/settings';
import { assertSingleLine, safeFileName } from '../text';
import { openImap } from './connection';
import { fetchContents } from './content';
import { SUMMARY_FIELDS, toMessage } from './convert';
import { parseId, type ImapId } from './message-id';
import { newestPages } from './newest';
import { Turn } from './turn';
import { toSets } from './uid-set';
import { watched } from './watch';

/** imapflow asks for an attachment in pieces of this size, one command each. */
const DOWNLOAD_CHUNK = 2 * 1024 * 1024;

const CHECK_TIMEOUT = 5000;
const LOGOUT_TIMEOUT = 2000;

/** How many times the command timeout a piece of work waits for its turn. */
const TURN_PATIENCE = 5;

/** One IMAP connection (RFC 9051, and RFC 3501 servers), on imapflow. */
export class ImapClient implements MailClient {
  private readonly turn = new Turn();
  private working = 0;

  private constructor(
    private readonly flow: ImapFlow,
    private readonly settings: SessionSettings,
  ) {}

  /** @throws {MailError} */
  static async open(settings: SessionSettings): Promise<ImapClient> {
    return new ImapClient(await openImap(settings), settings);
  }

  get usable(): boolean {
    return this.flow.usable;
  }

  async check(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(
      (resolve) => (timer = setTimeout(() => (this.flow.close(), resolve()), CHECK_TIMEOUT)),
    );
    await Promise.race([this.flow.noop().catch(() => {}), late]);
    clearTimeout(timer);
    return this.usable;
  }

  async listMessages(folder: string, query: MessageQuery, wanted: Wanted, limit: number): Promise<Message[]> {
    assertQuery(query);
    return await this.inFolder(folder, async (mailbox) => {
      const found = new Map<number, { fetched: FetchMessageObject; message: Message }>();
      for await (const page of newestPages(this.flow, mailbox, query, limit)) {
        const fetched = await this.flow.fetchAll(page.set, SUMMARY_FIELDS, { uid: page.uid });
        // A FETCH answers in any order; the number of a message grows with its arrival in the folder.
        for (const item of fetched.sort((a, b) => b.uid - a.uid)) {
          const message = toMessage(item, mailbox.path, mailbox.uidValidity);
          if (found.size < limit && matchesExactly(message, query))
            found.set(item.uid, { fetched: item, message });
        }
        if (found.size >= limit) break;
      }
      return await this.complete([...found.values()], wanted);
    });
  }

  async getMessages(ids: readonly string[], wanted: Wanted): Promise<Map<string, Message | MailError>> {
    const { folders, malformed } = groupByFolder(ids);
    const results = new Map<string, Message | MailError>(malformed);
    for (const [folder, group] of folders) {
      try {
        const messages = await this.inFolder(
          folder,
          async (mailbox) => await this.getFrom(mailbox, group, wanted),
        );
        for (const { id } of group) results.set(id, messages.get(id) ?? messageGone(id));
      } catch (error) {
        if (!isMailError(error, 'FOLDER_NOT_FOUND')) throw error;
        for (const { id } of group) results.set(id, error);
      }
    }
    return results;
  }

  async openAttachment(id: string, part: string): Promise<AttachmentDownload> {
    if (!/^\d+(\.\d+)*$/.test(part)) {
      throw invalidInput(
        'Attachment',
        `"${part}" is not a part of a message`,
        'Use the field "part" of an attachment.',
      );
    }
    const { folder, uid, uidValidity } = parseId(id);
    const release = await this.take();
    try {
      const download = await watched(this.flow, this.settings, async () => {
        const mailbox = await this.select(folder);
        if (mailbox.uidValidity !== uidValidity) throw messageGone(id);
        // The bytes as they were attached: a text is not to be converted to another charset.
        return await this.flow.download(`${uid}`, part, {
          uid: true,
          chunkSize: DOWNLOAD_CHUNK,
          decodeText: false,
        });
      });
      if (!download.content) throw messageGone(id);
      const { content, meta } = download;
      // Held until the stream ends, because its further pieces are commands in this folder.
      void watched(
        this.flow,
        this.settings,
        async () => await finished(content),
        () => content.readableLength > 0,
      )
        .catch((error: Error) => content.destroy(error))
        .finally(release);
      return {
        content,
        fileName: safeFileName(meta.filename, `attachment-${part}`),
        mimeType: meta.contentType ?? 'application/octet-stream',
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  async close(): Promise<void> {
    // A goodbye would wait behind the work that is being cut off.
    if (this.usable && this.working === 0) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LOGOUT_TIMEOUT)));
      await Promise.race([this.flow.logout().catch(() => {}), late]);
      clearTimeout(timer);
    }
    this.flow.close();
  }

  /** Those of the messages that exist. */
  private async getFrom(
    mailbox: MailboxObject,
    ids: readonly NamedId[],
    wanted: Wanted,
  ): Promise<Map<string, Message>> {
    // Another UIDVALIDITY means other messages under the same numbers (RFC 9051 section 2.3.1.1).
    const current = ids.filter(({ uidValidity }) => uidValidity === mailbox.uidValidity);
    const fetched: FetchMessageObject[] = [];
    for (const set of toSets(current.map(({ uid }) => uid))) {
      fetched.push(...(await this.flow.fetchAll(set, SUMMARY_FIELDS, { uid: true })));
    }
    const found = fetched.map((item) => ({
      fetched: item,
      message: toMessage(item, mailbox.path, mailbox.uidValidity),
    }));
    const messages = await this.complete(found, wanted);
    const byUid = new Map(messages.map((message, i) => [fetched[i]!.uid, message]));
    return new Map(
      current.flatMap(({ id, uid }) => {
        const message = byUid.get(uid);
        return message ? [[id, message] as const] : [];
      }),
    );
  }

  /** Fills in what was asked for beyond the summary. */
  private async complete(
    found: ReadonlyArray<{ fetched: FetchMessageObject; message: Message }>,
    { content }: Wanted,
  ): Promise<Message[]> {
    if (!content) return found.map(({ message }) => message);
    const contents = await fetchContents(
      this.flow,
      found.map(({ fetched }) => fetched),
    );
    return found.map(({ fetched, message }) => ({ ...message, content: contents.get(fetched.uid) }));
  }

  private async inFolder<T>(folder: string, work: (mailbox: MailboxObject) => Promise<T>): Promise<T> {
    const release = await this.take();
    try {
      return await watched(this.flow, this.settings, async () => await work(await this.select(folder)));
    } finally {
      release();
    }
  }

  private async take(): Promise<() => void> {
    this.working++;
    let held = true;
    const done = () => {
      if (held) this.working--;
      held = false;
    };
    try {
      const release = await this.turn.take(this.settings.timeouts.command * TURN_PATIENCE);
      return () => (done(), release());
    } catch (error) {
      done();
      throw error;
    }
  }

  /** Selects the folder, or asks for news of it where it is selected already. */
  private async select(folder: string): Promise<MailboxObject> {
    assertSingleLine('Folder', folder);
    const { mailbox } = this.flow;
    if (mailbox && (mailbox.path === folder || (isInbox(mailbox.path) && isInbox(folder)))) {
      await this.flow.noop();
      if (this.flow.mailbox) return this.flow.mailbox;
    }
    try {
      return await this.flow.mailboxOpen(folder);
    } catch (error) {
      const { mailboxMissing, serverResponseCode = '' } = error as ImapFlowError;
      if (!mailboxMissing && !['NONEXISTENT', 'TRYCREATE'].includes(serverResponseCode)) throw error;
      throw new MailError(
        'FOLDER_NOT_FOUND',
        `There is no folder "${folder}" in this mailbox`,
        'Check "Folder" for a typing error. A folder within another is written with the separator of the server, such as Archive/2026.',
      );
    }
  }
}

const isInbox = (folder: string): boolean => folder.toUpperCase() === 'INBOX';

/** An id with what it says. */
interface NamedId extends ImapId {
  id: string;
}

function groupByFolder(ids: readonly string[]) {
  const folders = new Map<string, NamedId[]>();
  const malformed = new Map<string, MailError>();
  for (const id of new Set(ids)) {
    try {
      const parsed = { id, ...parseId(id) };
      const group = folders.get(parsed.folder);
      if (group) group.push(parsed);
      else folders.set(parsed.folder, [parsed]);
    } catch (error) {
      malformed.set(id, error as MailError);
    }
  }
  return { folders, malformed };
}

const messageGone = (id: string): MailError =>
  new MailError(
    'MESSAGE_NOT_FOUND',
    `The message ${id} no longer exists`,
    'It was moved or deleted since it was listed. List the messages again.',
  );

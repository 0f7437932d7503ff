import { isMailError } from '../errors';
import { assertDraft, bothKept } from '../model/drafts';
import type { OutgoingMessage, SavedDraft, SendOptions, SentCopy, SentMessage } from '../model/outgoing';
import type { ExchangeParts } from './parts';

type Parts = Pick<ExchangeParts, 'changer' | 'folders' | 'reader' | 'sender'>;

/** `MailClient.send` for Exchange. */
export async function send(
  { sender }: Parts,
  message: OutgoingMessage,
  options: SendOptions,
): Promise<SentMessage> {
  const sent = await sender.send(message, wantsCopy(options));
  return { ...sent, rejected: [], sentCopy: sentCopy(options) };
}

/** `MailClient.sendDraft` for Exchange. */
export async function sendDraft({ sender }: Parts, id: string, options: SendOptions): Promise<SentMessage> {
  const draft = await sender.sendDraft(id, wantsCopy(options));
  const accepted = [...draft.to, ...draft.cc, ...draft.bcc].map(({ address }) => address);
  return { messageId: draft.messageId ?? '', accepted, rejected: [], sentCopy: sentCopy(options) };
}

/** `MailClient.saveDraft` for Exchange. */
export async function saveDraft(
  parts: Parts,
  message: OutgoingMessage,
  { replaces }: { replaces?: string },
): Promise<SavedDraft> {
  const { folders, reader, sender } = parts;
  if (replaces !== undefined) {
    const found = (await reader.get([replaces], { content: false })).get(replaces);
    await assertDraft(found, async () => (await folders.find('\\Drafts')).folder.path);
  }
  const { path } = (await folders.find('\\Drafts')).folder;
  const saved = await sender.saveDraft(message);
  if (replaces !== undefined) await removeReplaced(parts, replaces);
  return { ...saved, folder: path };
}

async function removeReplaced({ changer }: Parts, id: string): Promise<void> {
  const outcomes = await changer.delete([id]).catch((error: unknown) => {
    if (isMailError(error)) throw bothKept(error);
    throw error;
  });
  const kept = outcomes.get(id);
  if (isMailError(kept)) throw bothKept(kept);
}

/** Exchange itself saves the copy, unless told not to. */
const wantsCopy = ({ saveToSent }: SendOptions): boolean => saveToSent !== 'never';

/** In the folder for sent mail, whatever its name in the mailbox's language. */
const sentCopy = (options: SendOptions): SentCopy =>
  wantsCopy(options)
    ? { saved: true, folder: '\\Sent' }
    : { saved: false, reason: 'The node was set not to save one' };

import type { StoredItem } from '../exchange/mailbox';
import { folderOf, type Call, type Json, type Reply } from './call';
import { compose } from '../exchange/compose';
import { changeContent, contentFrom } from './content-json';
import { badRequest } from './errors';
import { givenProperties } from './extended';
import { renderMessage } from './fields';
import { rewrite } from './rewrite';
import { viewOf } from './view';

/** `POST /messages`: always a draft, in the folder for drafts. */
export async function createDraft(call: Call): Promise<Reply> {
  const drafts = call.mailbox.distinguished('drafts')!;
  if (call.contentType === 'text/plain') {
    const item = await call.mailbox.add(drafts.id, identified(mimeIn(call)), { isDraft: true, isRead: true });
    return created(call, item);
  }
  return created(call, await addFromJson(call, drafts.id));
}

/** `POST /mailFolders/{id}/messages`: what the flags say, in that folder. */
export async function createInFolder(call: Call): Promise<Reply> {
  const folder = folderOf(call, call.ids[0]!);
  if (call.contentType === 'text/plain') {
    call.world.note('MIME for a folder: Graph does not always put it there.');
    throw badRequest('MIME content is not supported here.', 'ErrorInvalidRequest');
  }
  return created(call, await addFromJson(call, folder.id));
}

const created = (call: Call, item: StoredItem): Reply => ({
  status: 201,
  body: renderMessage(item, viewOf(call), undefined),
});

async function addFromJson(call: Call, folderId: string): Promise<StoredItem> {
  const { json, mailbox } = call;
  const { mime, properties } = await composed(call, json);
  // PidTagMessageFlags: 1 read, 8 unsent. Without it an item that is created is a draft.
  const given = properties.get('Integer 0xe07');
  const flags = Number(given ?? 8);
  const received = properties.get('SystemTime 0xe06');
  const item = await mailbox.add(folderId, mime, {
    // A draft has been seen by who wrote it.
    isRead: given === undefined || (flags & 1) === 1,
    isDraft: (flags & 8) === 8,
    receivedAt: received ? new Date(received) : undefined,
  });
  mailbox.change(item, changesOf(json, properties));
  return item;
}

/** A message in JSON as MIME, with the properties that were given beside it. */
export async function composed(
  call: Call,
  json: Json,
): Promise<{ mime: Buffer; properties: Map<string, string> }> {
  const properties = givenProperties(json.singleValueExtendedProperties);
  const content = contentFrom(call, json);
  const sent = properties.get('SystemTime 0x39');
  const mime = await compose({
    ...content,
    date: sent ? new Date(sent) : content.date,
    inReplyTo: properties.get('String 0x1042'),
    references: properties.get('String 0x1039'),
  });
  return { mime, properties };
}

/** What a body sets beside the content. */
export function changesOf(json: Json, properties: ReadonlyMap<string, string>): Partial<StoredItem> {
  const flag = json.flag as { flagStatus?: string } | null | undefined;
  const verb = properties.get('Integer 0x1081');
  return {
    ...(typeof json.isRead === 'boolean' ? { isRead: json.isRead } : {}),
    ...(json.categories === undefined ? {} : { categories: (json.categories as string[] | null) ?? [] }),
    ...(flag === undefined ? {} : { isFlagged: flag?.flagStatus === 'flagged' }),
    ...(verb === undefined ? {} : { lastVerb: Number(verb) }),
  };
}

/** `PATCH /messages/{id}` */
export async function updateMessage(call: Call, item: StoredItem): Promise<Reply> {
  const properties = givenProperties(call.json.singleValueExtendedProperties);
  const content = changeContent(call, item, call.json);
  if (content) await rewrite(call.mailbox, item, content);
  call.mailbox.change(item, changesOf(call.json, properties));
  return { status: 200, body: renderMessage(item, viewOf(call), undefined) };
}

/** MIME as a request has it: in base64. */
export function mimeIn({ body }: Call): Buffer {
  const text = body.toString('latin1').replace(/\s+/g, '');
  if (text.length === 0 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw badRequest('Invalid base64 string for MIME content.', 'ErrorMimeContentInvalidBase64String');
  }
  return Buffer.from(text, 'base64');
}

/** Exchange gives an id to every message that has none. */
export function identified(mime: Buffer): Buffer {
  const head = mime.toString('latin1').split(/\r?\n\r?\n/, 1)[0] ?? '';
  if (/^message-id:/im.test(head)) return mime;
  const id = `<${Date.now().toString(36)}.${Math.random().toString(36).slice(2)}@exchange.test>`;
  return Buffer.concat([Buffer.from(`Message-ID: ${id}\r\n`), mime]);
}

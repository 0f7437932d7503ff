import PostalMime, { type Attachment, type Email } from 'postal-mime';

/** A folder as Exchange keeps it. */
export interface StoredFolder {
  id: string;
  parentId?: string;
  name: string;
  /** As EWS names it: inbox, drafts, sentitems, deleteditems, junkemail, archivemsgfolderroot … */
  distinguished?: string;
  /** IPF.Note holds mail; a calendar or contacts folder is none of our business. */
  folderClass: string;
  /** Not shown unless asked for. */
  isHidden?: boolean;
}

export interface StoredItem {
  id: string;
  /** Stays when the item moves; Graph's immutable id. */
  immutableId: string;
  changeKey: string;
  /** PidTagInternetArticleNumber: grows with each item that comes into a folder; DavMail's UID. */
  articleNumber: number;
  folderId: string;
  /** `IPM.Note`, or what else lies among the mail: `IPM.Appointment`, `IPM.Task`, `IPM.Post`, `REPORT.IPM.Note.NDR`. */
  itemClass: string;
  mime: Buffer;
  parsed: Email;
  /** Links to files that lie elsewhere, behind the attachments of the MIME: Graph's reference attachments. */
  links: Link[];
  receivedAt: Date;
  isRead: boolean;
  isDraft: boolean;
  isFlagged: boolean;
  /** PidTagLastVerbExecuted: 102 reply, 103 reply to all, 104 forward ([MS-OXOMSG] section 2.2.1.60). */
  lastVerb?: number;
  categories: string[];
  /** Further MAPI properties that clients have set, by `ews-properties.ts`' key. */
  properties: ReadonlyMap<string, string | string[]>;
  /** Its text cannot be converted. Graph then gives neither the message nor a page that it is on. */
  isDamaged?: boolean;
  /** Of a copy: what it was made of. */
  copiedFrom?: { id: string; folderId: string };
  /** Of an item that is an attachment: where it is among those of the item that holds it. */
  attachedAt?: readonly number[];
}

export interface Link {
  name: string;
  size: number;
  /** Not among the attachments that Graph lists, although the message has it. */
  isUnlisted?: true;
}

export interface NewItem {
  itemClass?: string;
  links?: Link[];
  receivedAt?: Date;
  isRead?: boolean;
  isDraft?: boolean;
  isFlagged?: boolean;
  categories?: string[];
  properties?: ReadonlyMap<string, string | string[]>;
  isDamaged?: boolean;
}

/** A message as it is read. */
export async function parseMime(mime: Buffer): Promise<Email> {
  // An attached message is an attachment, whatever its disposition.
  const parsed = await PostalMime.parse(mime, {
    attachmentEncoding: 'arraybuffer',
    forceRfc822Attachments: true,
  });
  for (const attachment of parsed.attachments) {
    if (attachment.mimeType !== 'message/rfc822' || attachment.filename) continue;
    attachment.filename = (await PostalMime.parse(attachment.content)).subject ?? '';
  }
  return parsed;
}

/** Whether it is part of what is shown. */
export const isInline = ({ disposition, related, contentId }: Attachment): boolean =>
  disposition === 'inline' || (related === true && contentId !== undefined);

export const bytesOf = ({ content }: Attachment): Buffer => Buffer.from(content as ArrayBuffer);

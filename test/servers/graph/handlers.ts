import * as attachments from './attachments';
import type { Handler } from './call';
import { createDraft, createInFolder } from './create';
import * as folders from './folders';
import { delta } from './delta';
import * as messages from './messages';
import { answer, draftOf } from './respond';
import { sendDraft, sendMail } from './send';

const ONE = '/messages/{id}';

/** What the server can do of all that the reference has, by method and path within a mailbox. */
export const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /mailFolders': folders.listFolders,
  'POST /mailFolders': folders.createFolder,
  'GET /mailFolders/{id}': folders.getFolder,
  'PATCH /mailFolders/{id}': folders.renameFolder,
  'DELETE /mailFolders/{id}': folders.deleteFolder,
  'GET /mailFolders/{id}/childFolders': folders.listChildFolders,
  'POST /mailFolders/{id}/childFolders': folders.createChildFolder,
  'POST /mailFolders/{id}/move': folders.moveFolder,
  'POST /mailFolders/{id}/permanentDelete': folders.removeFolder,
  'GET /mailFolders/{id}/messages': messages.listInFolder,
  'POST /mailFolders/{id}/messages': createInFolder,
  'GET /mailFolders/{id}/messages/$count': messages.countInFolder,
  'GET /mailFolders/{id}/messages/delta()': delta,
  'GET /messages': messages.listMessages,
  'GET /messages/$count': messages.countMessages,
  'POST /messages': createDraft,
  [`GET ${ONE}`]: messages.getMessage,
  [`PATCH ${ONE}`]: messages.patchMessage,
  [`DELETE ${ONE}`]: messages.deleteMessage,
  [`GET ${ONE}/$value`]: messages.getMime,
  [`POST ${ONE}/move`]: messages.moveMessage,
  [`POST ${ONE}/copy`]: messages.copyMessage,
  [`POST ${ONE}/send`]: sendDraft,
  [`POST ${ONE}/reply`]: answer('reply'),
  [`POST ${ONE}/replyAll`]: answer('replyAll'),
  [`POST ${ONE}/forward`]: answer('forward'),
  [`POST ${ONE}/createReply`]: draftOf('reply'),
  [`POST ${ONE}/createReplyAll`]: draftOf('replyAll'),
  [`POST ${ONE}/createForward`]: draftOf('forward'),
  [`POST ${ONE}/permanentDelete`]: messages.removeMessage,
  [`GET ${ONE}/attachments`]: attachments.listAttachments,
  [`POST ${ONE}/attachments`]: attachments.addAttachment,
  [`GET ${ONE}/attachments/{id}`]: attachments.getAttachment,
  [`GET ${ONE}/attachments/{id}/$value`]: attachments.getAttachmentContent,
  [`POST ${ONE}/attachments/createUploadSession`]: attachments.createUploadSession,
  'POST /sendMail': sendMail,
};

import { pipeline } from 'node:stream';

import type { AttachmentRequest } from '../model/client';
import { ATTACHED_MESSAGE, attachedItem, linkHasNoContent } from '../exchange/attached';
import { Download } from '../exchange/download';
import { assertId } from '../exchange/ids';
import type { HttpsReply } from '../net/https-client';
import type { AttachmentDownload, MessageDownload } from '../model/message';
import { safeFileName } from '../text';
import type { GraphApi } from './api';
import { describedAttachment } from './convert';
import { toMailError } from './errors';
import type { AttachmentResource } from './resources';
import { messagePath } from './paths';

/** Streams large content (https://learn.microsoft.com/graph/api/attachment-get). */
export class GraphContent {
  /** Together with the download being read and one other request, this uses Graph's limit. */
  readonly ahead = 2;

  constructor(private readonly api: GraphApi) {}

  async openMessage(id: string): Promise<MessageDownload> {
    return { content: this.readable(await this.api.open(`${messagePath(assertId(id))}/$value`)) };
  }

  async openAttachment(id: string, part: string): Promise<AttachmentDownload> {
    const select = '?$select=id,name,contentType,size,isInline';
    const path = attachmentPath(id, part);
    const resource = await this.api.call<AttachmentResource>({ method: 'GET', path: path + select });
    const described = describedAttachment(resource);
    if (described.isLink) throw linkHasNoContent(described.fileName);
    return await this.download(path, described);
  }

  /** Opens an attachment that is already described, so the description is not requested again. */
  async openDescribed({ id, part, ...described }: AttachmentRequest): Promise<AttachmentDownload> {
    if (described.isLink) throw linkHasNoContent(described.fileName);
    return await this.download(attachmentPath(id, part), described);
  }

  private async download(
    path: string,
    { fileName, mimeType }: { fileName: string; mimeType: string },
  ): Promise<AttachmentDownload> {
    const content = this.readable(await this.api.open(`${path}/$value`));
    if (mimeType !== ATTACHED_MESSAGE)
      return { content, fileName: safeFileName(fileName, 'attachment'), mimeType };
    const beginning = await content.beginning;
    return { content, ...attachedItem(fileName, beginning.toString()) };
  }

  private readable(reply: HttpsReply): Download {
    const content = new Download(this.api.context.graph.url.host);
    // Registered first, so that the reader gets our error for a lost connection, not Node's.
    reply.once('error', (error) => content.destroy(toMailError(error, this.api.context.graph.url)));
    pipeline(reply, content, () => {});
    return content;
  }
}

const attachmentPath = (id: string, part: string): string =>
  `${messagePath(assertId(id))}/attachments/${encodeURIComponent(assertId(part))}`;

import { PassThrough, pipeline, type Readable } from 'node:stream';

import type { AttachmentRequest } from '../model/client';
import { linkHasNoContent } from '../exchange/attached';
import { assertId } from '../exchange/ids';
import type { HttpsReply } from '../net/https-client';
import type { AttachmentDownload, MessageDownload } from '../model/message';
import { safeFileName } from '../text';
import type { GraphApi } from './api';
import { describedAttachment } from './convert';
import { toMailError } from './errors';
import type { AttachmentResource } from './resources';
import { messagePath } from './paths';

/** Streams what may be large (https://learn.microsoft.com/graph/api/attachment-get). */
export class GraphContent {
  /** With that, and one request of another kind, there are as many as Graph allows. */
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

  /** One that its message has described: that is not asked for again. */
  async openDescribed({ id, part, ...described }: AttachmentRequest): Promise<AttachmentDownload> {
    if (described.isLink) throw linkHasNoContent(described.fileName);
    return await this.download(attachmentPath(id, part), described);
  }

  private async download(
    path: string,
    { fileName, mimeType }: { fileName: string; mimeType: string },
  ): Promise<AttachmentDownload> {
    const content = this.readable(await this.api.open(`${path}/$value`));
    return { content, fileName: safeFileName(fileName, 'attachment'), mimeType };
  }

  private readable(reply: HttpsReply): Readable {
    const content = new PassThrough();
    // First, so that the reader gets our words for a connection that was lost, and not Node's.
    reply.once('error', (error) => content.destroy(toMailError(error, this.api.context.graph.url)));
    pipeline(reply, content, () => {});
    return content;
  }
}

const attachmentPath = (id: string, part: string): string =>
  `${messagePath(assertId(id))}/attachments/${encodeURIComponent(assertId(part))}`;

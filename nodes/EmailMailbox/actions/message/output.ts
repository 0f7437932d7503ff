import type {
  IBinaryKeyData,
  IDataObject,
  IExecuteFunctions,
  INodeExecutionData,
  INodeProperties,
} from 'n8n-workflow';

import type { Message } from '../../../../mail/message/message';
import { summarize } from '../../../../mail/message/summary';
import type { Session } from '../../../../mail/session/session';

/** What the operations that give messages have in common. */
export const SIMPLIFY: INodeProperties = {
  displayName: 'Simplify',
  name: 'simplify',
  type: 'boolean',
  default: true,
  description: 'Whether to return a simplified version of the response instead of the raw data',
};

export const ATTACHMENT_OPTIONS: INodeProperties[] = [
  {
    displayName: 'Attachment Prefix',
    name: 'attachmentPrefix',
    type: 'string',
    default: 'attachment_',
    description: 'Prefix of the binary fields that attachments go to, followed by a number from 0',
  },
  {
    displayName: 'Download Attachments',
    name: 'downloadAttachments',
    type: 'boolean',
    default: false,
    description: 'Whether to download the attachments as binary data',
  },
];

export interface OutputOptions {
  attachmentPrefix?: string;
  downloadAttachments?: boolean;
  includeBody?: boolean;
}

/** The output item of one message, with its attachments in n8n's binary store where they are wanted. */
export async function toItem(
  context: IExecuteFunctions,
  session: Session,
  message: Message,
  { attachmentPrefix = 'attachment_', downloadAttachments = false }: OutputOptions,
  itemIndex: number,
): Promise<INodeExecutionData> {
  const simplify = context.getNodeParameter('simplify', itemIndex, true) as boolean;
  const item: INodeExecutionData = {
    json: (simplify ? summarize(message) : message) as unknown as IDataObject,
    pairedItem: { item: itemIndex },
  };
  if (downloadAttachments && message.attachments.length > 0) {
    item.binary = await download(context, session, message, attachmentPrefix);
  }
  return item;
}

async function download(
  context: IExecuteFunctions,
  session: Session,
  message: Message,
  prefix: string,
): Promise<IBinaryKeyData> {
  const binary: IBinaryKeyData = {};
  for (const [i, { part }] of message.attachments.entries()) {
    binary[`${prefix}${i}`] = await session.use(
      async (client) => {
        const { content, fileName, mimeType } = await client.openAttachment(message.id, part);
        try {
          // Streams from the connection to wherever this n8n keeps binary data.
          return await context.helpers.prepareBinaryData(content, fileName, mimeType);
        } finally {
          content.destroy();
        }
      },
      { repeatable: true },
    );
  }
  return binary;
}

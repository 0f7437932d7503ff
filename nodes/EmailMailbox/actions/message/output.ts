import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { isMailError } from '../../../../mail/errors';
import type { Message } from '../../../../mail/model/message';
import type { FetchOptions } from '../../../../mail/model/query';
import { summarize } from '../../../../mail/model/summary';
import type { Session } from '../../../../mail/session/session';
import type { Result } from '../../../shared/per-item';
import { readOptions } from '../fields/options';
import { switchOf, textOf, type ParameterContext } from '../fields/read-parameters';
import { downloadAttachments } from '../shared/download';

/** For all operations that give messages. */
export const SIMPLIFY: INodeProperties = {
  displayName: 'Simplify',
  name: 'simplify',
  type: 'boolean',
  default: true,
  description: 'Whether to return a simplified version of the response instead of the raw data',
};

const [ATTACHMENT_PREFIX, DOWNLOAD_ATTACHMENTS]: [INodeProperties, INodeProperties] = [
  {
    displayName: 'Attachment Prefix',
    name: 'attachmentPrefix',
    type: 'string',
    default: 'attachment_',
    description: 'Prefix of the binary fields for the attachments. A number is added, starting at 0.',
  },
  {
    displayName: 'Download Attachments',
    name: 'downloadAttachments',
    type: 'boolean',
    default: false,
    description: 'Whether to download the attachments as binary data',
  },
];

export const INCLUDE_BODY: INodeProperties = {
  displayName: 'Include Body',
  name: 'includeBody',
  type: 'boolean',
  default: false,
  description: 'Whether to also download the text and HTML of the messages',
};

export const INCLUDE_HEADERS: INodeProperties = {
  displayName: 'Include Headers',
  name: 'includeHeaders',
  type: 'boolean',
  default: false,
  description: 'Whether to also download all headers of the messages',
};

const collection = (options: INodeProperties[]): INodeProperties => ({
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options,
});

/** For an operation that always gives the text. */
export const MESSAGE_OPTIONS = collection([ATTACHMENT_PREFIX, DOWNLOAD_ATTACHMENTS, INCLUDE_HEADERS]);

/** For an operation that gives the text on request. */
export const MESSAGES_OPTIONS = collection([
  ...[ATTACHMENT_PREFIX, DOWNLOAD_ATTACHMENTS, INCLUDE_BODY, INCLUDE_HEADERS],
]);

export interface OutputOptions {
  attachmentPrefix: string;
  downloadAttachments: boolean;
  includeBody: boolean;
  includeHeaders: boolean;
}

/** @throws {MailError} INVALID_INPUT */
export function readOutputOptions(context: ParameterContext, itemIndex: number): OutputOptions {
  const options = readOptions(context, itemIndex);
  const isChosen = ({ displayName, name }: INodeProperties) => switchOf(displayName, options[name], false);
  return {
    attachmentPrefix: textOf(options.attachmentPrefix ?? ATTACHMENT_PREFIX.default),
    downloadAttachments: isChosen(DOWNLOAD_ATTACHMENTS),
    includeBody: isChosen(INCLUDE_BODY),
    includeHeaders: isChosen(INCLUDE_HEADERS),
  };
}

/** The parts of a message that have to be read for these options. */
export const wantedFor = ({
  includeBody,
  includeHeaders,
  downloadAttachments: download,
}: OutputOptions): FetchOptions => ({
  content: includeBody,
  headers: includeHeaders,
  attachments: download,
  preview: true,
});

/** The fields of an item for a message, by the parameter Simplify. */
export const messageJson = (message: Message, simplify: boolean): IDataObject =>
  (simplify ? summarize(message) : message) as unknown as IDataObject;

/** The output for messages, with their attachments in n8n's binary store if requested. */
export async function toResults(
  context: IExecuteFunctions,
  session: Session,
  messages: readonly Message[],
  { attachmentPrefix, downloadAttachments: download }: OutputOptions,
  itemIndex: number,
): Promise<Result[]> {
  const simplify = context.getNodeParameter('simplify', itemIndex, true) as boolean;
  const binaries = download
    ? await downloadAttachments(context, session, messages, attachmentPrefix)
    : undefined;
  return messages.map((message) => {
    const binary = binaries?.get(message.id);
    if (isMailError(binary)) throw binary;
    return {
      json: messageJson(message, simplify),
      ...(binary && { binary }),
    };
  });
}

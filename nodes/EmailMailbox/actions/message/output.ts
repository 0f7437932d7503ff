import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { chooseOneOf, invalidInput, isMailError } from '../../../../mail/errors';
import { shownBody, type BodyForm, type BodyOptions } from '../../../../mail/mime/shown-body';
import { reportFailed, type FailedMessages } from '../../../../mail/model/failed-messages';
import type { Message } from '../../../../mail/model/message';
import {
  MESSAGE_FIELDS,
  selectedFields,
  simpleFields,
  type MessageField,
} from '../../../../mail/model/message-fields';
import type { FetchOptions } from '../../../../mail/model/query';
import { headersByName, summarize } from '../../../../mail/model/summary';
import { ofMessage } from '../../../../mail/model/unreadable';
import type { Session } from '../../../../mail/session/session';
import { isTool } from '../../../../n8n/tool';
import type { Result } from '../../../shared/per-item';
import { isOn, readOptions } from '../fields/options';
import { numberOf, readChoice, textOf, type ParameterContext } from '../fields/read-parameters';
import { downloadAttachments } from '../shared/download';
import {
  ATTACHMENT_PREFIX,
  DOWNLOAD_ATTACHMENTS,
  FIELDS,
  INCLUDE_BODY,
  INCLUDE_HEADERS,
  MAX_LENGTH,
  TOOL_LENGTH,
  WITHOUT_HISTORY,
} from './output-fields';

/** What an operation that gives messages has to read, and what its items hold. */
export interface OutputOptions {
  attachmentPrefix: string;
  downloadAttachments: boolean;
  includeBody: boolean;
  includeHeaders: boolean;
  /** Whether the items show a preview. Some servers have none of their own, and then it costs some KB of each message. */
  includePreview: boolean;
  toJson(message: Message): IDataObject;
}

type Item = Pick<OutputOptions, 'includePreview' | 'toJson'>;

/**
 * Reads the fields of OUTPUT_OF_ONE or OUTPUT_OF_MANY, in the version that the node has.
 *
 * @param simplify for a node of version 1 that reads it by itself
 * @throws {MailError} INVALID_INPUT
 */
export function readOutputOptions(
  context: ParameterContext,
  itemIndex: number,
  simplify?: boolean,
): OutputOptions {
  const options = readOptions(context, itemIndex);
  const isVersion1 = context.getNode().typeVersion < 2;
  const body = isVersion1 ? undefined : readBody(context, itemIndex, options);
  return {
    attachmentPrefix: textOf(options.attachmentPrefix ?? ATTACHMENT_PREFIX.default),
    downloadAttachments: isOn(DOWNLOAD_ATTACHMENTS, options),
    includeBody: body ? body.form !== 'none' : isOn(INCLUDE_BODY, options),
    includeHeaders: isOn(INCLUDE_HEADERS, options),
    ...(body
      ? readItem(context, itemIndex, body)
      : itemOfVersion1(simplify ?? (context.getNodeParameter('simplify', itemIndex, true) as boolean))),
  };
}

const itemOfVersion1 = (simplify: boolean): Item => ({
  includePreview: !simplify,
  toJson: (message) => (simplify ? summarize(message) : message) as unknown as IDataObject,
});

function readItem(context: ParameterContext, itemIndex: number, body: BodyOptions): Item {
  const shown = ({ content, subject }: Message) => content && shownBody(content, subject, body);
  const output = readChoice(context, 'output', 'Output', ['simplified', 'raw', 'fields'], itemIndex);
  if (output === 'raw') {
    const toJson = (message: Message) => {
      const content = shown(message);
      return { ...message, ...(content && { content }) } as unknown as IDataObject;
    };
    return { includePreview: true, toJson };
  }
  const names = output === 'fields' ? readFields(context, itemIndex) : undefined;
  const toJson = (message: Message) =>
    ({
      ...(names ? selectedFields(message, names) : simpleFields(message)),
      ...(message.headers && { headers: headersByName(message.headers) }),
      ...shown(message),
    }) as IDataObject;
  return { includePreview: names?.includes('preview') ?? true, toJson };
}

function readBody(context: ParameterContext, itemIndex: number, options: IDataObject): BodyOptions {
  const forms: BodyForm[] = ['none', 'text', 'markdown', 'html', 'both'];
  return {
    form: readChoice(context, 'body', 'Body', forms, itemIndex),
    maxLength: readMaxLength(options.maxLength) ?? (isTool(context.getNode()) ? TOOL_LENGTH : undefined),
    withoutHistory: isOn(WITHOUT_HISTORY, options),
  };
}

function readMaxLength(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const length = numberOf(value);
  if (Number.isInteger(length) && length >= 1) return length;
  throw invalidInput(
    MAX_LENGTH.displayName,
    `${textOf(value)} is not a number of characters`,
    'Enter 1 or more, or remove the option.',
  );
}

/** A list, or names with commas between them. */
function readFields(context: ParameterContext, itemIndex: number): MessageField[] {
  const value = context.getNodeParameter(FIELDS.name, itemIndex, FIELDS.default) as unknown;
  const names = (Array.isArray(value) ? value.map(textOf) : textOf(value).split(','))
    .map((name) => name.trim())
    .filter(Boolean);
  const unknown = names.find((name) => !MESSAGE_FIELDS.some((field) => field === name));
  if (names.length > 0 && unknown === undefined) return names as MessageField[];
  throw invalidInput(
    FIELDS.displayName,
    unknown === undefined ? 'none is chosen' : `"${unknown}" is not known`,
    chooseOneOf(MESSAGE_FIELDS),
  );
}

/** The parts of a message that have to be read for these options. */
export const wantedFor = (options: OutputOptions): FetchOptions => ({
  content: options.includeBody,
  headers: options.includeHeaders,
  attachments: options.downloadAttachments,
  preview: options.includePreview,
});

/**
 * The output for messages, with their attachments in n8n's binary store if requested.
 *
 * @param failed collects the messages whose files the server did not give, or that bring a bug to light; they are left
 *   out. Without it, the first of them rejects.
 */
export async function toResults(
  context: IExecuteFunctions,
  session: Session,
  messages: readonly Message[],
  { attachmentPrefix, downloadAttachments: download, toJson }: OutputOptions,
  failed?: FailedMessages,
): Promise<Result[]> {
  const binaries = download
    ? await downloadAttachments(context, session, messages, attachmentPrefix)
    : undefined;
  const failures: FailedMessages = new Map();
  const results = messages.flatMap((message): Result[] => {
    const binary = binaries?.get(message.id);
    const json = isMailError(binary) ? binary : ofMessage(message, () => toJson(message));
    if (!isMailError(json)) return [{ json, ...(binary && !isMailError(binary) && { binary }) }];
    failures.set(message.id, json);
    return [];
  });
  reportFailed(failures, failed);
  return results;
}

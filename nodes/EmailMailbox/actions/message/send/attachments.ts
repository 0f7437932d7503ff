import { BINARY_ENCODING, type IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../../../../mail/errors';
import type { OutgoingAttachment } from '../../../../../mail/model/outgoing';
import { textOf } from '../../fields/read-parameters';

export interface InlineImage {
  binaryField?: unknown;
  contentId?: unknown;
}

/**
 * The files of an input item to attach to a message. They are read from n8n's binary store when the message is
 * sent.
 *
 * @param names of binary fields, separated by commas; `*` for all that are not inline images
 * @throws {MailError} INVALID_INPUT; {NodeOperationError} for a binary field that is not there
 */
export function readAttachments(
  context: IExecuteFunctions,
  names: string,
  images: readonly InlineImage[],
  itemIndex: number,
): OutgoingAttachment[] {
  const inline = images.map(({ binaryField, contentId }) => {
    const field = textOf(binaryField).trim();
    if (!field)
      throw invalidInput('Inline Images', 'a binary field has no name', 'Enter its name, such as data.');
    return { field, contentId: textOf(contentId).trim() || field };
  });
  const fields = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const all = Object.keys(context.getInputData()[itemIndex]?.binary ?? {});
  const beside = all.filter((field) => !inline.some((image) => image.field === field));
  const attached = new Set(fields.flatMap((field) => (field === '*' ? beside : field)));
  return [
    ...inline.map(({ field, contentId }) => ({ ...readFile(context, field, itemIndex), contentId })),
    ...[...attached].map((field) => readFile(context, field, itemIndex)),
  ];
}

function readFile(context: IExecuteFunctions, field: string, itemIndex: number): OutgoingAttachment {
  const { id, data, fileName, fileExtension, mimeType } = context.helpers.assertBinaryData(itemIndex, field);
  return {
    fileName: fileName || (fileExtension ? `${field}.${fileExtension}` : field),
    mimeType,
    content: id ? async () => await context.helpers.getBinaryStream(id) : Buffer.from(data, BINARY_ENCODING),
  };
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { chooseOneOf, invalidInput } from '../../../../mail/errors';
import type { AttachmentInfo } from '../../../../mail/model/message';
import { readOptions } from '../fields/options';
import { numberOf, textOf } from '../fields/read-parameters';
import { ATTACHMENT_FILTERS, DEFAULT_INLINE } from './fields';
import { matchesGlob } from './glob';

export type AttachmentFilter = (attachment: AttachmentInfo) => boolean;

const INLINE: ReadonlyMap<string, AttachmentFilter> = new Map([
  ['exclude', ({ inline }) => !inline],
  ['include', () => true],
  ['only', ({ inline }) => inline],
]);

/** @throws {MailError} INVALID_INPUT naming the filter */
export function readAttachmentFilter(context: IExecuteFunctions, itemIndex: number): AttachmentFilter {
  const filters = readOptions(context, itemIndex, ATTACHMENT_FILTERS);
  const inline = INLINE.get(textOf(filters.inline || DEFAULT_INLINE));
  if (!inline)
    throw invalidInput('Inline', `"${textOf(filters.inline)}" is not known`, chooseOneOf([...INLINE.keys()]));
  const name = patternOf(filters.namePattern);
  const type = patternOf(filters.mimeType);
  const smallest = bytesOf('Smallest Size', filters.minSize) ?? 0;
  const largest = bytesOf('Largest Size', filters.maxSize) ?? Infinity;
  return (attachment) =>
    inline(attachment) &&
    name(attachment.fileName) &&
    type(attachment.mimeType) &&
    attachment.size >= smallest &&
    attachment.size <= largest;
}

/** Patterns separated by commas, in upper or lower case; an empty text matches everything. */
function patternOf(value: unknown): (text: string) => boolean {
  const patterns = textOf(value)
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  return (text) => patterns.length === 0 || patterns.some((one) => matchesGlob(one, text));
}

function bytesOf(field: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = numberOf(value);
  if (number >= 0) return number * 1024;
  throw invalidInput(field, `"${textOf(value)}" is not a size`, 'Enter a number of kilobytes, 0 or more.');
}

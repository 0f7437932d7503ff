import type { BodyPart } from './body-part';
import { rawFields, valuesOf, type RawField } from './header';
import { parseParameters, parseValue } from './parameters';
import { encodingName } from './transfer-decoder';

/** Two tokens (RFC 2045 section 5.1). */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`{|}~-]{1,100}\/[\w!#$%&'*+.^`{|}~-]{1,100}$/;

/** @param defaultType for a part without a type (RFC 2046 section 5.1.5) */
export const partFromHeader = (header: Buffer, defaultType?: string): BodyPart =>
  partFromFields(rawFields(header), defaultType);

/**
 * The MIME fields of a header (RFC 2045 sections 5 to 7, RFC 2183). If a field occurs more than once, the first counts.
 * An invalid type counts as text (RFC 2045 section 5.2), and so does a multipart without a boundary, which cannot be
 * parsed.
 */
export function partFromFields(fields: readonly RawField[], defaultType = 'text/plain'): BodyPart {
  const first = (name: string) => valuesOf(fields, name)[0] ?? '';
  const type = parseParameters(first('content-type') || defaultType);
  const boundary = type.parameters.boundary?.trimEnd();
  const isUsable = MEDIA_TYPE.test(type.value) && (boundary || !type.value.startsWith('multipart/'));
  // Some programs write a second one with the name of the file.
  const dispositions = valuesOf(fields, 'content-disposition').slice(0, 10).map(parseParameters);
  const named = dispositions.find(({ parameters }) => parameters.filename !== undefined);
  const disposition = named ?? dispositions[0] ?? parseParameters('');
  const hasFileName = named !== undefined;
  const id = first('content-id');
  return {
    type: isUsable ? type.value : 'text/plain',
    parameters: type.parameters,
    encoding: encodingName(first('content-transfer-encoding')) || '7bit',
    ...((disposition.value || hasFileName) && {
      disposition: dispositionOf(disposition.value, hasFileName),
      dispositionParameters: disposition.parameters,
    }),
    ...(id && { id: id.slice(0, 1000) }),
  };
}

/** The type as written in the header, valid or not; empty if there is none. */
export const writtenType = (fields: readonly RawField[]): string =>
  parseValue(valuesOf(fields, 'content-type')[0] ?? '');

/** An unknown disposition counts as attachment (RFC 2183 section 2.8) if there is a file name. */
function dispositionOf(value: string, hasFileName: boolean): string {
  if (value === 'attachment' || value === 'inline') return value;
  return hasFileName ? 'attachment' : 'inline';
}

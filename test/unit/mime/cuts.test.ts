import { expect, it } from 'vitest';

import type { BodyPart } from '../../../mail/mime/body-part';
import { partNumber } from '../../../mail/mime/body-part';
import { MimeWalker } from '../../../mail/mime/mime-walker';
import { TransferDecoder } from '../../../mail/mime/transfer-decoder';
import { CHARSETS, TRANSFER } from '../../corpus/encodings';
import { FIELD_KINDS } from '../../corpus/kinds';
import { RARE_KINDS } from '../../corpus/rare';
import { FILE_NAMES, STRUCTURES, SUBJECTS } from '../../corpus/structures';
import { fieldMail } from '../../integration/mime/field-mail';

/*
 * A network cuts a message anywhere. Whatever the cuts, the walker finds the same parts with the same bytes, and the
 * decoders the same files.
 */

const SHORT = 8000;
const MAIL = [
  ...[...TRANSFER, ...CHARSETS, ...STRUCTURES, ...FILE_NAMES, ...SUBJECTS, ...FIELD_KINDS, ...RARE_KINDS],
  ...fieldMail(),
].map(({ name, raw }) => ({ name, raw }));

interface Found {
  structure: BodyPart;
  bytes: Record<string, string>;
}

/** What is found in a message that comes in these pieces: of each part its bytes, decoded. */
function walk(pieces: readonly Buffer[]): Found {
  const sinks = new Map<string, { decoder: TransferDecoder; chunks: Buffer[] }>();
  const walker = new MimeWalker((part) => {
    const sink = { decoder: new TransferDecoder(part.encoding), chunks: [] as Buffer[] };
    sinks.set(partNumber(part), sink);
    return (chunk) => sink.chunks.push(sink.decoder.push(chunk));
  });
  for (const piece of pieces) walker.push(piece);
  const structure = walker.end();
  const bytes = [...sinks].map(([number, { decoder, chunks }]) => [
    number,
    Buffer.concat([...chunks, decoder.end()]).toString('latin1'),
  ]);
  return { structure, bytes: Object.fromEntries(bytes) as Record<string, string> };
}

const inPieces = (raw: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(raw.length / size) }, (_, i) => raw.subarray(i * size, (i + 1) * size));

it.each(MAIL.filter(({ raw }) => raw.length <= SHORT))(
  'gives the same result wherever the data is split: $name',
  ({ raw }) => {
    const whole = JSON.stringify(walk([raw]));
    const differ: number[] = [];
    for (let at = 1; at < raw.length; at++) {
      if (JSON.stringify(walk([raw.subarray(0, at), raw.subarray(at)])) !== whole) differ.push(at);
    }
    expect(differ).toEqual([]);
    for (const size of [1, 2, 3, 7]) expect(JSON.stringify(walk(inPieces(raw, size)))).toBe(whole);
  },
);

it.each(MAIL.filter(({ raw }) => raw.length > SHORT && raw.length < 1_000_000))(
  'gives the same result byte by byte: $name',
  ({ raw }) => {
    expect(JSON.stringify(walk(inPieces(raw, 1)))).toBe(JSON.stringify(walk([raw])));
  },
);

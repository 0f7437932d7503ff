import { isMessage, type BodyPart } from './body-part';
import { isNoHeader } from './header';
import { HeaderLines } from './header-lines';
import { MultipartDecoder, saysEncoded } from './multipart-decoder';
import { partFromHeader } from './part-header';
import { trimRawEnd } from './white-space';

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;

/** More parts are not mail but an attack on the reader. */
export const MOST_PARTS = 1000;
const DEEPEST = 50;
const DEEPEST_ENCODED = 5;

/** Bytes that are read at a time: what is left of them may be copied at each boundary. */
const PIECE = 64 * 1024;

/** Maximum length of a boundary line: RFC 2046 section 5.1.1 allows 70 characters, followed by white space. */
const LONGEST_BOUNDARY_LINE = 1000;

/** Receives the bytes of a part, still encoded. */
export type Sink = (chunk: Buffer) => void;

interface Level {
  boundary: string;
  node: BodyPart;
  /** What precedes the first boundary. If there is none, it is all that there is to read. */
  preamble?: BodyPart;
}

/** State shared by a walker and the walkers within it. */
interface Tally {
  parts: number;
  truncated: boolean;
  /** Number of open encoded multiparts. */
  encoded: number;
}

/**
 * Finds the parts of a message as it arrives (RFC 2046 section 5.1), so that even a large message is never held in
 * memory. The result does not depend on the chunks. A message within a message is an ordinary part, as everywhere in
 * this code.
 */
export class MimeWalker {
  /** The message's own header, as far as it has been read. */
  header: Buffer = Buffer.alloc(0);
  private root?: BodyPart;
  private readonly levels: Level[] = [];
  private mode: 'header' | 'body' | 'between' = 'header';
  private leaf?: BodyPart;
  private sink?: Sink;
  /** An encoded multipart, which has its own walker. */
  private nested?: MultipartDecoder;
  private nestedWalker?: MimeWalker;

  /** In a body: bytes that may be a line end and the start of a boundary. */
  private held: Buffer = Buffer.alloc(0);
  private atLineStart = true;
  private readonly headerLines = new HeaderLines();

  /**
   * @param sinkFor returns the sink for the bytes of a part, if there is one
   * @param within the multipart to walk through, if it is not a whole message
   */
  constructor(
    private readonly sinkFor: (part: BodyPart) => Sink | undefined = () => undefined,
    within?: Level,
    private readonly tally: Tally = { parts: 0, truncated: false, encoded: 0 },
  ) {
    if (!within) return;
    this.root = within.node;
    this.enter(within);
  }

  /** Whether the message has more parts than are listed. */
  get truncated(): boolean {
    return this.tally.truncated;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += PIECE) this.read(chunk.subarray(at, at + PIECE));
  }

  /** Returns the structure of the message. */
  end(): BodyPart {
    if (this.mode === 'header') this.endLastHeader();
    for (let rest = this.held; rest.length > 0; ) {
      this.held = Buffer.alloc(0);
      rest = this.mode === 'header' ? this.readHeader(rest) : this.readBody(rest, true);
      if (rest.length === 0 && this.mode === 'header') this.endLastHeader();
    }
    this.endNested();
    this.levels.splice(0).forEach((level) => this.leave(level));
    return this.root ?? { type: 'text/plain', size: 0 };
  }

  private endLastHeader(): void {
    const line = this.headerLines.takeLine();
    const level = this.levelOf(line);
    if (!level) this.headerLines.keep(line);
    this.read(this.endHeader());
    if (level?.last) this.reach(level);
  }

  private read(bytes: Buffer): void {
    for (let rest = bytes; rest.length > 0; )
      rest = this.mode === 'header' ? this.readHeader(rest) : this.readBody(rest, false);
  }

  /** Reads lines up to the empty line that ends the header, and returns the rest. */
  private readHeader(chunk: Buffer): Buffer {
    for (let at = 0; at < chunk.length; ) {
      const lineEnd = chunk.indexOf(LF, at);
      const end = lineEnd < 0 ? chunk.length : lineEnd + 1;
      this.headerLines.addToLine(chunk.subarray(at, end));
      if (lineEnd < 0) break;
      at = end;
      const line = this.headerLines.takeLine();
      const level = this.levelOf(line);
      // A part may consist of a header only.
      if (level) {
        this.read(this.endHeader());
        this.reach(level);
        return chunk.subarray(at);
      }
      const isEmpty = line.length <= 2 && (line[0] === LF || line[0] === CR);
      if (isEmpty || isNoHeader(line)) {
        const body = this.endHeader();
        const isOrdinary = isEmpty && body.length === 0;
        return isOrdinary ? chunk.subarray(at) : Buffer.concat([body, line, chunk.subarray(at)]);
      }
      this.headerLines.keep(line);
    }
    return Buffer.alloc(0);
  }

  /** @returns the lines that belong to the body */
  private endHeader(): Buffer {
    const parent = this.levels.at(-1)?.node;
    const isDigest = parent?.type === 'multipart/digest';
    const { header, body, isCut } = this.headerLines.end();
    if (isCut) this.tally.truncated = true;
    const node = partFromHeader(header, isDigest ? 'message/rfc822' : undefined);
    if (!this.root) this.header = header;
    this.held = Buffer.alloc(0);
    this.atLineStart = true;
    this.begin(node, parent);
    return body;
  }

  private begin(node: BodyPart, parent: BodyPart | undefined): void {
    this.tally.parts += 1;
    if (parent) {
      const siblings = (parent.childNodes ??= []);
      const number = siblings.push(node);
      node.part = parent.part ? `${parent.part}.${number}` : `${number}`;
    }
    this.root ??= node;
    this.mode = 'body';
    const boundary = node.type.startsWith('multipart/') ? node.parameters?.boundary?.trimEnd() : undefined;
    const isTooDeep = Boolean(boundary) && this.levels.length >= DEEPEST && !isMessage(node);
    if (isTooDeep) this.tally.truncated = true;
    if (!boundary || isTooDeep || isMessage(node)) {
      node.size = 0;
      this.leaf = node;
      this.sink = this.sinkFor(node);
      return;
    }
    node.childNodes = [];
    const level = { boundary: Buffer.from(boundary).toString('latin1'), node };
    if (saysEncoded(node.encoding) && this.tally.encoded < DEEPEST_ENCODED) {
      this.tally.encoded += 1;
      const walker = new MimeWalker(this.sinkFor, level, this.tally);
      this.nestedWalker = walker;
      this.nested = new MultipartDecoder(level.boundary, node.encoding ?? '', (chunk) => walker.push(chunk));
    } else this.enter(level);
  }

  private enter(level: Level): void {
    const preamble: BodyPart = { type: 'text/plain', part: 'preamble', encoding: '7bit', size: 0 };
    this.levels.push({ ...level, preamble });
    this.mode = 'body';
    this.leaf = preamble;
    this.sink = this.sinkFor(preamble);
  }

  /** The multipart ends. Without any boundary, its text is shown as it is. */
  private leave({ node, preamble }: Level): void {
    if (!preamble?.size || node.childNodes?.length) return;
    preamble.part = node.part ? `${node.part}.1` : '1';
    node.childNodes = [preamble];
  }

  /**
   * Passes on everything that certainly belongs to the part, up to the next boundary, and returns the bytes after it.
   */
  private readBody(chunk: Buffer, ended: boolean): Buffer {
    const bytes = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    this.held = Buffer.alloc(0);
    if (this.levels.length === 0) {
      this.pass(bytes);
      return Buffer.alloc(0);
    }
    for (let from = 0; ; ) {
      const dashes = this.nextDashes(bytes, from);
      if (dashes < 0) break;
      const lineEnd = bytes.indexOf(LF, dashes);
      if (lineEnd < 0 && !ended) {
        if (bytes.length - dashes > LONGEST_BOUNDARY_LINE) break;
        this.passUpTo(bytes, withoutLineEnd(bytes, dashes));
        return Buffer.alloc(0);
      }
      const next = lineEnd < 0 ? bytes.length : lineEnd + 1;
      const level = this.levelOf(bytes.subarray(dashes, next));
      if (level) {
        this.pass(bytes.subarray(0, withoutLineEnd(bytes, dashes)));
        this.reach(level);
        return bytes.subarray(next);
      }
      from = next - 1;
    }
    this.passUpTo(bytes, ended ? bytes.length : this.undecidedFrom(bytes));
    return Buffer.alloc(0);
  }

  /** The next line that starts with two dashes. */
  private nextDashes(bytes: Buffer, from: number): number {
    if (from === 0 && this.atLineStart && bytes[0] === DASH && bytes[1] === DASH) return 0;
    const found = bytes.indexOf('\n--', from);
    return found < 0 ? -1 : found + 1;
  }

  /** The position from which the bytes may be an incomplete boundary, including the line end before it. */
  private undecidedFrom(bytes: Buffer): number {
    const { length } = bytes;
    if (this.atLineStart && length === 1 && bytes[0] === DASH) return 0;
    let at = length;
    if (bytes[at - 1] === DASH && bytes[at - 2] === LF) at -= 1;
    if (bytes[at - 1] === LF) at -= 1;
    if (bytes[at - 1] === CR) at -= 1;
    return at;
  }

  private passUpTo(bytes: Buffer, end: number): void {
    this.pass(bytes.subarray(0, end));
    this.held = Buffer.from(bytes.subarray(end));
    if (end > 0) this.atLineStart = false;
  }

  private pass(chunk: Buffer): void {
    if (chunk.length === 0 || this.mode !== 'body') return;
    if (this.nested) return this.nested.push(chunk);
    if (!this.leaf) return;
    this.leaf.size = (this.leaf.size ?? 0) + chunk.length;
    this.sink?.(chunk);
  }

  /** The multipart whose boundary this line is, innermost first. */
  private levelOf(line: Buffer): { index: number; last: boolean } | undefined {
    if (line[0] !== DASH || line[1] !== DASH || line.length > LONGEST_BOUNDARY_LINE) return undefined;
    const text = trimRawEnd(line.toString('latin1', 2));
    let cutOff: { index: number; last: boolean } | undefined;
    for (let index = this.levels.length - 1; index >= 0; index--) {
      const { boundary } = this.levels[index]!;
      if (text === boundary) return { index, last: false };
      if (text === `${boundary}--`) return { index, last: true };
      // A message may be cut off in its last line.
      if (text === `${boundary}-`) cutOff ??= { index, last: true };
    }
    return cutOff;
  }

  private reach({ index, last }: { index: number; last: boolean }): void {
    this.endNested();
    this.levels.splice(index + 1).forEach((level) => this.leave(level));
    if (last) this.levels.length = index;
    this.leaf = undefined;
    this.sink = undefined;
    // Text after the final boundary is ignored.
    this.mode = last ? 'between' : 'header';
    this.held = Buffer.alloc(0);
    this.atLineStart = true;
    if (last || this.tally.parts < MOST_PARTS) return;
    // All further parts are ignored.
    this.tally.truncated = true;
    this.levels.length = 0;
    this.mode = 'between';
  }

  private endNested(): void {
    if (!this.nested) return;
    this.nested.end();
    this.nestedWalker?.end();
    this.tally.encoded -= 1;
    this.nested = undefined;
    this.nestedWalker = undefined;
  }
}

/** The line end before a boundary is part of the boundary (RFC 2046 section 5.1.1). */
function withoutLineEnd(bytes: Buffer, lineStart: number): number {
  if (bytes[lineStart - 1] !== LF) return lineStart;
  return bytes[lineStart - 2] === CR ? lineStart - 2 : lineStart - 1;
}

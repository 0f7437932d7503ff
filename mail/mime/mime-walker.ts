import type { BodyPart } from './body-part';
import { partFromHeader } from './part-header';

const LF = 0x0a;
const CR = 0x0d;

/** More parts than these are no mail but an attack on whoever reads it. */
const MOST_PARTS = 10_000;
const DEEPEST = 100;
const LONGEST_HEADER = 1024 * 1024;

/** Takes the bytes of a part, still encoded as they are stored. */
export type Sink = (chunk: Buffer) => void;

interface Level {
  boundary: string;
  node: BodyPart;
}

/**
 * Finds the parts of a message as it comes (RFC 2046 section 5.1), so that a message of any size never stands in
 * memory. A message within a message is a part like any other, as everywhere here.
 */
export class MimeWalker {
  private root?: BodyPart;
  private readonly levels: Level[] = [];
  private mode: 'header' | 'body' | 'between' = 'header';
  private leaf?: BodyPart;
  private sink?: Sink;
  private held: Buffer = Buffer.alloc(0);
  private atLineStart = true;
  private parts = 0;

  /** @param sinkFor who takes the bytes of a part, if anybody does */
  constructor(private readonly sinkFor: (part: BodyPart) => Sink | undefined = () => undefined) {}

  push(chunk: Buffer): void {
    this.held = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    while (this.mode === 'header' ? this.readHeader(false) : this.readBody(false));
  }

  /** The structure of the message that was pushed. */
  end(): BodyPart {
    while (this.mode === 'header' ? this.readHeader(true) : this.readBody(true));
    return this.root ?? { type: 'text/plain', size: 0 };
  }

  /** Answers whether there is more to do with what is held. */
  private readHeader(ended: boolean): boolean {
    const end = headerEnd(this.held);
    if (end === undefined && !ended && this.held.length < LONGEST_HEADER) return false;
    const { length, next } = end ?? { length: this.held.length, next: this.held.length };
    const node = partFromHeader(this.held.subarray(0, length));
    this.held = this.held.subarray(next);
    this.atLineStart = true;
    this.begin(node);
    return this.held.length > 0 || ended;
  }

  private begin(node: BodyPart): void {
    const parent = this.levels.at(-1)?.node;
    if (parent) {
      const number = (parent.childNodes?.length ?? 0) + 1;
      node.part = parent.part ? `${parent.part}.${number}` : `${number}`;
      parent.childNodes = [...(parent.childNodes ?? []), node];
    }
    this.root ??= node;
    this.parts += 1;
    const boundary = node.type.startsWith('multipart/') ? node.parameters?.boundary : undefined;
    if (boundary && this.levels.length < DEEPEST && this.parts < MOST_PARTS) {
      node.childNodes = [];
      this.levels.push({ boundary, node });
      this.mode = 'between';
    } else {
      node.size = 0;
      this.leaf = node;
      this.sink = this.sinkFor(node);
      this.mode = 'body';
    }
  }

  /** Passes on what surely belongs to the part, up to the next boundary. */
  private readBody(ended: boolean): boolean {
    if (this.levels.length === 0) {
      this.pass(this.held);
      this.held = Buffer.alloc(0);
      return false;
    }
    for (let from = 0; ; ) {
      const dashes = this.nextDashes(from);
      if (dashes < 0) break;
      const lineEnd = this.held.indexOf(LF, dashes);
      if (lineEnd < 0 && !ended) return this.passUpTo(withoutLineEnd(this.held, dashes), dashes);
      const next = lineEnd < 0 ? this.held.length : lineEnd + 1;
      const level = this.levelOf(this.held.subarray(dashes, next));
      if (level) {
        this.pass(this.held.subarray(0, withoutLineEnd(this.held, dashes)));
        this.held = this.held.subarray(next);
        this.reach(level);
        return this.held.length > 0 || (ended && this.mode === 'header');
      }
      from = next;
    }
    if (ended) {
      this.pass(this.held);
      this.held = Buffer.alloc(0);
      return false;
    }
    return this.passUpTo(undecidedFrom(this.held));
  }

  private nextDashes(from: number): number {
    const isStart = from === 0 ? this.atLineStart : true;
    if (isStart && this.held.indexOf('--', from) === from) return from;
    const found = this.held.indexOf('\n--', from);
    return found < 0 ? -1 : found + 1;
  }

  private passUpTo(end: number, lineStart?: number): false {
    this.pass(this.held.subarray(0, end));
    this.atLineStart = end > 0 ? lineStart === end : this.atLineStart;
    this.held = this.held.subarray(end);
    return false;
  }

  private pass(chunk: Buffer): void {
    if (!this.leaf || this.mode !== 'body' || chunk.length === 0) return;
    this.leaf.size = (this.leaf.size ?? 0) + chunk.length;
    this.sink?.(chunk);
  }

  /** Which multipart a line that begins with two dashes belongs to, the innermost first. */
  private levelOf(line: Buffer): { index: number; last: boolean } | undefined {
    const text = line
      .toString('latin1')
      .slice(2)
      .replace(/[\s]+$/, '');
    for (let index = this.levels.length - 1; index >= 0; index--) {
      const { boundary } = this.levels[index]!;
      if (text === boundary) return { index, last: false };
      if (text === `${boundary}--`) return { index, last: true };
    }
    return undefined;
  }

  private reach({ index, last }: { index: number; last: boolean }): void {
    this.levels.length = last ? index : index + 1;
    this.leaf = undefined;
    this.sink = undefined;
    this.mode = last ? 'between' : 'header';
    this.atLineStart = true;
    // What stands behind the last boundary of all is nobody's.
    if (this.levels.length === 0) this.mode = 'between';
  }
}

/** Where the header ends and the body begins: behind the first empty line, or at once. */
function headerEnd(held: Buffer): { length: number; next: number } | undefined {
  if (held[0] === LF) return { length: 0, next: 1 };
  if (held[0] === CR && held[1] === LF) return { length: 0, next: 2 };
  const ends = [held.indexOf('\n\n'), held.indexOf('\n\r\n')].filter((at) => at >= 0);
  if (ends.length === 0) return undefined;
  const at = Math.min(...ends);
  return { length: at + 1, next: at + (held[at + 1] === LF ? 2 : 3) };
}

/** The line end before a boundary belongs to it (RFC 2046 section 5.1.1). */
function withoutLineEnd(held: Buffer, lineStart: number): number {
  if (held[lineStart - 1] !== LF) return lineStart;
  return held[lineStart - 2] === CR ? lineStart - 2 : lineStart - 1;
}

/** From where on it may be the beginning of a boundary, or of the line end before it. */
function undecidedFrom(held: Buffer): number {
  const { length } = held;
  for (const back of [1, 2]) {
    // A line end, and perhaps the first dash.
    const at = length - back;
    if (held[at] === LF && (back === 1 || held[length - 1] === 0x2d))
      return held[at - 1] === CR ? at - 1 : at;
  }
  return held[length - 1] === CR ? length - 1 : length;
}

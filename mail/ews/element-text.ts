import { Transform, type TransformCallback } from 'node:stream';

import { TransferDecoder } from '../mime/transfer-decoder';
import { streamError } from '../model/unreadable';

const LONGEST_TAG = 4096;
/** Bytes around the element: more than any real reply has. */
const MOST_AROUND = 1024 * 1024;

/**
 * The text of the first element with a given name in an XML stream, byte for byte as it arrives, so that large messages
 * are never held in memory. Only for text without entities, such as base64.
 *
 * The XML before the element is kept in `head`, because a reply may contain an error instead.
 */
export class ElementText extends Transform {
  head = '';
  /** Whether the element was found and complete. */
  complete = false;
  private state: 'before' | 'within' | 'after' = 'before';
  private held = Buffer.alloc(0);
  private around = 0;
  private readonly opening: RegExp;

  constructor(name: string) {
    super();
    // No longer than what is held back, so that the same is found however the reply arrives.
    this.opening = new RegExp(`<(?:\\w{1,40}:)?${name}\\b[^<>]{0,4000}>`);
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    if (this.state === 'within') this.pass(chunk);
    else this.around += chunk.length;
    if (this.state === 'before') this.look(chunk);
    const isEndless = this.state !== 'within' && this.around > MOST_AROUND;
    done(isEndless ? Object.assign(new Error('no end of the reply'), { code: 'HPE_ENDLESS' }) : null);
  }

  private look(chunk: Buffer): void {
    this.held = Buffer.concat([this.held, chunk]);
    const text = this.held.toString('latin1');
    const found = this.opening.exec(text);
    if (found) {
      const end = found.index + found[0].length;
      this.head += text.slice(0, found.index);
      const rest = this.held.subarray(end);
      this.held = Buffer.alloc(0);
      if (found[0].endsWith('/>')) {
        this.state = 'after';
        this.complete = true;
      } else {
        this.state = 'within';
        this.pass(rest);
      }
    } else if (this.held.length > LONGEST_TAG) {
      // The chunk may end with the start of the tag.
      const cut = this.held.length - LONGEST_TAG;
      this.head = (this.head + text.slice(0, cut)).slice(-64 * LONGEST_TAG);
      this.held = this.held.subarray(cut);
    }
  }

  private pass(chunk: Buffer): void {
    const end = chunk.indexOf('<');
    if (end < 0) {
      this.push(chunk);
      return;
    }
    this.push(chunk.subarray(0, end));
    this.state = 'after';
    this.complete = true;
  }

  override _flush(done: TransformCallback): void {
    this.head += this.held.toString('latin1');
    done();
  }
}

/** Decodes base64 as it arrives. */
export class Base64Decoder extends Transform {
  private readonly decoder = new TransferDecoder('base64');

  /**
   * @param missing returns an error if the content should not have ended here
   * @param id of the message, for errors
   */
  constructor(
    private readonly missing: () => Error | undefined,
    private readonly id: string,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.decode(done, () => this.decoder.push(chunk));
  }

  override _flush(done: TransformCallback): void {
    const error = this.missing();
    if (error) done(error);
    else this.decode(done, () => this.decoder.end());
  }

  private decode(done: TransformCallback, work: () => Buffer): void {
    let bytes: Buffer;
    try {
      bytes = work();
    } catch (error) {
      done(streamError({ id: this.id }, error));
      return;
    }
    done(null, bytes);
  }
}

import { Transform, type Readable, type TransformCallback } from 'node:stream';

import type { AttachmentDownload } from '../model/message';
import { streamError } from '../model/unreadable';
import { partNumber, type BodyPart } from './body-part';
import { MimeWalker } from './mime-walker';
import { savedName } from './saved-name';
import { TransferDecoder } from './transfer-decoder';

/**
 * Streams the part with this number from a message, which is read to its end; undefined if there is no such part.
 *
 * @param id of the message, for errors
 * @throws {MailError} MESSAGE_UNREADABLE, which the stream may end with, too
 */
export async function openPart(
  source: Readable,
  number: string,
  id: string,
): Promise<AttachmentDownload | undefined> {
  const filter = new PartFilter(number, id);
  // If this fails before anyone reads, the next read reports it. It must not crash the process.
  filter.on('error', () => {});
  source.once('error', (error) => filter.destroy(error));
  source.pipe(filter);
  filter.once('close', () => source.destroy());
  const part = await filter.found;
  if (!part) {
    filter.destroy();
    return undefined;
  }
  return { content: filter, fileName: savedName(part, number), mimeType: part.type };
}

/** Passes on the decoded bytes of one part of the message that is written to it. */
class PartFilter extends Transform {
  /** The part, once its header has been read. */
  readonly found: Promise<BodyPart | undefined>;
  private tell: (part: BodyPart | undefined) => void = () => {};
  private fail: (error: Error) => void = () => {};
  private decoder?: TransferDecoder;
  private failure?: Error;
  private readonly walker: MimeWalker;

  constructor(
    number: string,
    private readonly id: string,
  ) {
    super();
    this.found = new Promise((resolve, reject) => {
      this.tell = resolve;
      this.fail = reject;
    });
    this.found.catch(() => {});
    this.walker = new MimeWalker((part) => {
      if (partNumber(part) !== number || this.decoder) return undefined;
      const decoder = new TransferDecoder(part.encoding);
      this.decoder = decoder;
      this.tell(part);
      return (chunk) => void this.push(decoder.push(chunk));
    });
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.attempt(() => this.walker.push(chunk));
    done();
  }

  override _flush(done: TransformCallback): void {
    let rest: Buffer | undefined;
    this.attempt(() => {
      this.walker.end();
      this.tell(undefined);
      rest = this.decoder?.end();
    });
    done(this.failure, rest);
  }

  /**
   * The message is read to its end even after an error: otherwise its rest would be in the way of what comes next on the
   * connection.
   */
  private attempt(step: () => void): void {
    if (this.failure) return;
    try {
      step();
    } catch (error) {
      this.failure = streamError({ id: this.id }, error);
      this.fail(this.failure);
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (error) this.fail(error);
    else this.tell(undefined);
    done(error);
  }
}

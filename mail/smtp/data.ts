import type { Readable } from 'node:stream';

import type { ComposedMessage } from '../model/submission';
import { LazyStream } from '../mime/lazy-stream';

/**
 * The content of one message on its way out: written only when the server wants it, and watched, because what
 * can be said after a failure depends on how much of it had left.
 */
export class MessageData {
  /** Whether any of it was asked for. */
  begun = false;
  /** Whether all of it was handed over. */
  complete = false;
  /** What reading it failed with. */
  failure?: Error;
  readonly stream: Readable;
  private readonly kept: Buffer[] = [];
  private size = 0;

  /**
   * @param keep whether `content` is wanted afterwards
   * @param check throws to stop, given the number of bytes so far
   */
  constructor(message: ComposedMessage, keep: boolean, check: (size: number) => void) {
    const open = () => {
      this.begun = true;
      return message.open();
    };
    this.stream = new LazyStream(open, {
      chunk: (chunk) => {
        this.size += chunk.length;
        check(this.size);
        if (keep) this.kept.push(chunk);
      },
      error: (error) => {
        this.failure = error;
        // Not the error itself, on which nodemailer would put a code of its own.
        return new Error('the message could not be read');
      },
    });
    this.stream.once('end', () => (this.complete = true));
  }

  get content(): Buffer {
    return Buffer.concat(this.kept);
  }

  /** Whether the next bytes are still to come from our side. */
  get waiting(): boolean {
    return this.begun && !this.complete && this.stream.readableLength === 0;
  }
}

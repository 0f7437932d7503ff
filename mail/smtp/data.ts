import type { Readable } from 'node:stream';

import type { ComposedMessage } from '../model/submission';
import { LazyStream } from '../mime/lazy-stream';

/**
 * The content of one message while it is sent. It is produced only when the server asks for it, and its progress is
 * recorded, because the error after a failure depends on how much was sent.
 */
export class MessageData {
  /** Whether any of it was requested. */
  begun = false;
  /** Whether all of it was handed to the connection. */
  complete = false;
  /** The error from reading the content. */
  failure?: Error;
  readonly stream: Readable;
  private readonly kept: Buffer[] = [];
  private size = 0;

  /**
   * @param keep whether `content` is needed afterwards
   * @param check called with the number of bytes so far; throws to stop
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
        // Not the original error, because nodemailer would set its own code on it.
        return new Error('the message could not be read');
      },
    });
    this.stream.once('end', () => (this.complete = true));
  }

  get content(): Buffer {
    return Buffer.concat(this.kept);
  }

  /** Whether the next bytes must come from our side. */
  get waiting(): boolean {
    return this.begun && !this.complete && this.stream.readableLength === 0;
  }
}

import { Transform, type TransformCallback } from 'node:stream';

import { MailError } from '../errors';

/** No message or attachment in Exchange is larger. Without a limit, a server could fill a disk with one file. */
const MOST_MEGABYTES = 512;

/** So many bytes tell what an attached item is. */
const TELLING = 32;

/** Passes a download on, up to the size that a file can have. */
export class Download extends Transform {
  /** The first bytes, or all if there are fewer, as soon as they are there. They stay in the download. */
  readonly beginning: Promise<Buffer>;
  private left: number;
  private first: Buffer | undefined = Buffer.alloc(0);
  private tell: (beginning: Buffer) => void = () => {};

  /** @param host of the server, for the error */
  constructor(
    private readonly host: string,
    private readonly megabytes = MOST_MEGABYTES,
  ) {
    super();
    this.left = megabytes * 1024 * 1024;
    this.beginning = new Promise((resolve) => (this.tell = resolve));
    this.once('close', () => this.begin());
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.left -= chunk.length;
    if (this.first) {
      this.first = Buffer.concat([this.first, chunk.subarray(0, TELLING)]);
      if (this.first.length >= TELLING) this.begin();
    }
    if (this.left >= 0) done(null, chunk);
    else done(tooLarge(this.host, this.megabytes));
  }

  override _flush(done: TransformCallback): void {
    this.begin();
    done();
  }

  private begin(): void {
    if (this.first) this.tell(this.first);
    this.first = undefined;
  }
}

const tooLarge = (host: string, megabytes: number): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `${host} sent more than ${megabytes} MB for one message or attachment`,
    'Try again. If it always happens, ask the administrator of Exchange.',
  );

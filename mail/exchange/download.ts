import { Transform, type TransformCallback } from 'node:stream';

import { MailError } from '../errors';

/** No message or attachment in Exchange is larger. Without a limit, a server could fill a disk with one file. */
const MOST_MEGABYTES = 512;

/** Passes a download on, up to the size that a file can have. */
export class Download extends Transform {
  private left: number;

  /** @param host of the server, for the error */
  constructor(
    private readonly host: string,
    private readonly megabytes = MOST_MEGABYTES,
  ) {
    super();
    this.left = megabytes * 1024 * 1024;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.left -= chunk.length;
    if (this.left >= 0) done(null, chunk);
    else done(tooLarge(this.host, this.megabytes));
  }
}

const tooLarge = (host: string, megabytes: number): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `${host} sent more than ${megabytes} MB for one message or attachment`,
    'Try again. If it always happens, ask the administrator of Exchange.',
  );

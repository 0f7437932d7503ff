import { randomBytes } from 'node:crypto';

import type { Json, Reply } from './call';
import { badRequest, GraphError } from './errors';

const MAX_RANGE = 4 * 1024 * 1024;
const PATH = '/api/gv1.0/AttachmentSessions/';

/** One attachment that arrives in ranges of bytes, each after the one before. */
class UploadSession {
  readonly token = randomBytes(24).toString('base64url');
  private readonly ranges: Buffer[] = [];
  private received = 0;

  constructor(
    private readonly size: number,
    private readonly attach: (content: Buffer) => Promise<string>,
  ) {}

  get path(): string {
    return `${PATH}${this.token.slice(0, 8)}?authtoken=${this.token}`;
  }

  state(): Json {
    return {
      expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
      // Where the next range has to begin, and no more than that, unlike in other upload sessions of Graph.
      nextExpectedRanges: [String(this.received)],
    };
  }

  /** The attachment's address, once it is complete. */
  async add(range: string | undefined, bytes: Buffer): Promise<string | undefined> {
    const [, first, last, total] = (/^bytes (\d+)-(\d+)\/(\d+)$/.exec(range ?? '') ?? []).map(Number);
    if (
      first === undefined ||
      last === undefined ||
      last - first + 1 !== bytes.length ||
      total !== this.size
    ) {
      throw badRequest(`Content-Range ${range} is not that of the body.`, 'ErrorInvalidRequest');
    }
    if (bytes.length >= MAX_RANGE)
      throw new GraphError(413, 'RequestEntityTooLarge', 'The range is too large.');
    if (first !== this.received || last >= this.size) {
      throw new GraphError(416, 'InvalidRange', `The range has to begin at ${this.received}.`);
    }
    this.ranges.push(bytes);
    this.received += bytes.length;
    return this.received === this.size ? await this.attach(Buffer.concat(this.ranges)) : undefined;
  }
}

/** The upload sessions of a server; whoever knows a session's URL may use it. */
export class UploadSessions {
  private readonly sessions = new Map<string, UploadSession>();

  static isPath(url: string): boolean {
    return url.startsWith(PATH);
  }

  open(size: number, attach: (content: Buffer) => Promise<string>): UploadSession {
    const session = new UploadSession(size, attach);
    this.sessions.set(session.path, session);
    return session;
  }

  async answer(method: string, url: string, range: string | undefined, body: Buffer): Promise<Reply> {
    const session = this.sessions.get(url);
    if (!session) throw new GraphError(404, 'ErrorItemNotFound', 'The upload session was not found.');
    switch (method) {
      case 'GET':
        return { status: 200, body: session.state() };
      case 'DELETE':
        this.sessions.delete(url);
        return { status: 204 };
      case 'PUT': {
        const location = await session.add(range, body);
        if (location === undefined) return { status: 200, body: session.state() };
        this.sessions.delete(url);
        return { status: 201, headers: { Location: location } };
      }
      default:
        throw new GraphError(405, 'BadRequest', `Specified HTTP method is not allowed: ${method}`);
    }
  }
}

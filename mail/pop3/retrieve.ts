import { chunk } from '../chunk';
import type { PopConnection } from './connection';
import { PopRefusal } from './errors';

/** How many headers to request at once. */
const PAGE = 100;
/** How much of a message is kept to name it, in bytes. */
const BEGINNING = 32 * 1024;
/** Maximum size of a header that is kept, in bytes. */
const LONGEST_HEADER = 1024 * 1024;

interface Numbered {
  number: number;
  /** Bytes of the message, if the server announced them. */
  size?: number;
}

/** Makes something of a message. It may stop before the end of the data. */
type Parse<E, T> = (entry: E, data: CountedData) => Promise<T>;

/** Whole messages, in the order of their entries: the result of `parse` for each, or the refusal. */
export async function* readMessages<E extends Numbered, T>(
  connection: PopConnection,
  entries: readonly E[],
  parse: Parse<E, T>,
): AsyncGenerator<[E, T | PopRefusal]> {
  yield* read(connection, entries, ({ number }) => `RETR ${number}`, parse);
}

/**
 * Headers, or whatever else was read of the messages, in the order of their entries. TOP is optional (RFC 1939 section
 * 7). If a server does not support it, or refuses it for a message, the whole message is read instead.
 *
 * @param parseWhole parses a message that was read completely
 * @param lines of the body that are read after each header
 */
export async function* readHeaders<E extends Numbered, T>(
  connection: PopConnection,
  entries: readonly E[],
  parse: (header: Buffer, entry: E) => Promise<T>,
  parseWhole: Parse<E, T> = async (entry, data) => await parse(headerOf(await start(data)), entry),
  lines = 0,
): AsyncGenerator<[E, T | PopRefusal]> {
  const top = async (entry: E, data: CountedData) => await parse(await start(data), entry);
  // If the server does not list its capabilities, the first message shows whether it supports TOP.
  const isKnown = connection.capabilities.has('TOP');
  const pages = isKnown ? [entries] : [entries.slice(0, 1), entries.slice(1)];
  for (const page of pages.flatMap((some) => [...chunk(some, PAGE)])) {
    if (!connection.mayKnowTop) {
      yield* readMessages(connection, page, parseWhole);
      continue;
    }
    const answers = new Map<E, T | PopRefusal>();
    for await (const [entry, answer] of read(
      connection,
      page,
      ({ number }) => `TOP ${number} ${lines}`,
      top,
    )) {
      answers.set(entry, answer);
    }
    const refused = page.filter((entry) => answers.get(entry) instanceof PopRefusal);
    for await (const [entry, answer] of readMessages(connection, refused, parseWhole)) {
      answers.set(entry, answer);
      if (!(answer instanceof PopRefusal)) connection.mayKnowTop = false;
    }
    for (const entry of page) yield [entry, answers.get(entry)!];
  }
}

async function* read<E extends Numbered, T>(
  connection: PopConnection,
  entries: readonly E[],
  command: (entry: E) => string,
  parse: Parse<E, T>,
): AsyncGenerator<[E, T | PopRefusal]> {
  let index = 0;
  const answers = connection.pipeline(entries.map(command), async (reader) => {
    const entry = entries[index]!;
    const counted = new CountedData(reader.data(entry.size));
    const parsed = await parse(entry, counted);
    await counted.end();
    return counted.refusalFor(entry) ?? parsed;
  });
  for await (const answer of answers) yield [entries[index++]!, answer];
}

/** The data of a message, to be read to its end. */
export class CountedData implements AsyncIterable<Buffer> {
  private bytes = 0;
  private readonly kept: Buffer[] = [];
  private failure?: { error: unknown };

  constructor(private readonly data: AsyncGenerator<Buffer>) {}

  /** A reader that stops does not end the data: the rest can still be read. */
  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    return { next: async () => await this.next() };
  }

  private async next(): Promise<IteratorResult<Buffer, unknown>> {
    try {
      const result = await this.data.next();
      if (!result.done) this.count(result.value);
      return result;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  private count(piece: Buffer): void {
    if (this.bytes < BEGINNING) this.kept.push(Buffer.from(piece.subarray(0, BEGINNING - this.bytes)));
    this.bytes += piece.length;
  }

  /** What was read first of it. */
  get beginning(): Buffer {
    return Buffer.concat(this.kept);
  }

  /**
   * Reads what its reader has left.
   *
   * @throws why the data could not be read, if its reader has not thrown that
   */
  async end(): Promise<void> {
    if (this.failure) throw this.failure.error;
    while (!(await this.next()).done);
  }

  /** If the message has a size, but neither a header nor a text was given: an answer without any line. */
  refusalFor({ size = 0 }: Pick<Numbered, 'size'>): PopRefusal | undefined {
    return this.bytes === 0 && size > 0 ? new PopRefusal('RETR', 'it gave nothing of it') : undefined;
  }
}

/** The first bytes of data, which is read to its end. */
async function start(data: AsyncIterable<Buffer>): Promise<Buffer> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const piece of data) {
    // A copy, because a slice would keep the whole packet in memory.
    if (bytes < LONGEST_HEADER) kept.push(Buffer.from(piece.subarray(0, LONGEST_HEADER - bytes)));
    bytes += piece.length;
  }
  return Buffer.concat(kept);
}

function headerOf(message: Buffer): Buffer {
  const ends = [message.indexOf('\r\n\r\n'), message.indexOf('\n\n')].filter((at) => at >= 0);
  return ends.length > 0 ? message.subarray(0, Math.min(...ends) + 2) : message;
}

import type { Session } from '../../../../mail/session/session';
import { chunk } from '../../../../mail/chunk';
import type { BulkAction } from './types';

/**
 * How many messages are handled at a time: few enough that a server answers within the command timeout, and that
 * little is lost if the connection fails.
 */
const CHUNK = 1000;

export interface ChunkedResults<R> {
  /** Of every message that was tried. */
  results: Map<string, R | Error>;
  /** Why the others were not tried. */
  stoppedBy?: Error;
}

/** Runs a bulk action on any number of messages. Never rejects, because some may be done when it fails. */
export async function inChunks<P, R>(
  { run, repeatable }: BulkAction<P, R>,
  session: Session,
  parameters: P,
  ids: readonly string[],
): Promise<ChunkedResults<R>> {
  const results = new Map<string, R | Error>();
  for (const part of chunk(ids, CHUNK)) {
    try {
      const batch = await session.use(async (client) => await run(client, part, parameters), {
        repeatable,
      });
      for (const id of part) results.set(id, batch.get(id) ?? new TypeError(`No result for ${id}`));
    } catch (error) {
      return { results, stoppedBy: error as Error };
    }
  }
  return { results };
}

import type { Cursor } from './changes';

/** @param kind of the protocol's position, so that no protocol takes another one's cursor */
export const formatCursor = (kind: string, position: object): Cursor => JSON.stringify({ [kind]: position });

/**
 * The position in a cursor; undefined if it is none, or of another kind. Its fields are not checked.
 *
 * @param cursor from the caller, and so any text
 */
export function parseCursor<T extends object>(kind: string, cursor: Cursor): Partial<T> | undefined {
  try {
    const position = (JSON.parse(cursor) as Record<string, unknown> | null)?.[kind];
    return typeof position === 'object' && position !== null ? position : undefined;
  } catch {
    return undefined;
  }
}

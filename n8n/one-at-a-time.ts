import { abandonable } from '../mail/auth/abandonable';

const lanes = new Map<string, Promise<unknown>>();

/**
 * Runs pieces of work of one key after another, in the order they came.
 *
 * @param timeout milliseconds after which a piece that never ends lets the next one go on
 */
export async function oneAtATime<T>(key: string, timeout: number, work: () => Promise<T>): Promise<T> {
  const turn = (lanes.get(key) ?? Promise.resolve()).then(work);
  const over = abandonable(turn, AbortSignal.timeout(timeout)).catch(() => undefined);
  lanes.set(key, over);
  try {
    return await turn;
  } finally {
    if (lanes.get(key) === over) lanes.delete(key);
  }
}

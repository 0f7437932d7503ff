/** A list in pieces of at most `size`, in its order. */
export function* chunk<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}

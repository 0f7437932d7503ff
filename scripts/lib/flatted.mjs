// n8n stores a run's data "flatted": a JSON array in which every string is the index of another entry.

/**
 * @param {string} text
 * @returns {any} the data as it was, shared parts shared again
 */
export function parseFlatted(text) {
  const entries = JSON.parse(text);
  const done = new Map();
  const entry = (/** @type {number} */ index) => {
    const value = entries[index];
    if (typeof value !== 'object' || value === null) return value;
    if (done.has(index)) return done.get(index);
    const copy = Array.isArray(value) ? [] : {};
    done.set(index, copy);
    for (const [key, part] of Object.entries(value)) {
      copy[key] = typeof part === 'string' ? entry(Number(part)) : part;
    }
    return copy;
  };
  return entry(0);
}

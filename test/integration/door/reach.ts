/** Something that a path of properties leads to, as `client.#.openMessage`. */
export interface Reached {
  path: string;
  value: unknown;
}

/**
 * Everything that can be reached from a value without calling a method: through own and inherited properties, under
 * names and symbols, hidden ones too, through getters, prototypes, and the entries of maps and sets. Primitive values
 * are given each time, objects once.
 */
export function reach(root: unknown, name: string): Reached[] {
  const seen = new Set<unknown>();
  const reached: Reached[] = [];
  const open: Reached[] = [{ path: name, value: root }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { path, value } = next;
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (isObject && (seen.has(value) || value === globalThis)) continue;
    seen.add(value);
    reached.push(next);
    if (isObject) open.push(...within(value, path));
  }
  return reached;
}

function within(object: object, path: string): Reached[] {
  const found: Reached[] = [];
  const add = (key: string, value: unknown) => found.push({ path: `${path}.${key}`, value });
  for (let owner: object | null = object; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    if (owner !== object) add('[[Prototype]]', owner);
    // The bytes are searched as a whole.
    if (ArrayBuffer.isView(owner)) continue;
    for (const key of Reflect.ownKeys(owner)) {
      const { value, get } = Object.getOwnPropertyDescriptor(owner, key) ?? {};
      if (get) add(`get ${String(key)}`, get);
      add(String(key), get ? tried(get, object) : value);
    }
  }
  if (object instanceof Map) for (const [key, value] of object) add('entry', [key, value]);
  if (object instanceof Set) for (const value of object) add('entry', value);
  return found;
}

/** What a getter gives; nothing where it is read from what it is not made for. */
function tried(get: () => unknown, object: object): unknown {
  try {
    return get.call(object);
  } catch {
    return undefined;
  }
}

/** The paths that lead to a login: to one of these secrets, in text or bytes, or to something that gives it. */
export const loginsIn = (reached: readonly Reached[], secrets: readonly string[]): string[] =>
  reached.filter(({ value }) => isLogin(value, secrets)).map(({ path }) => path);

function isLogin(value: unknown, secrets: readonly string[]): boolean {
  if (typeof value === 'string') return secrets.some((secret) => value.includes(secret));
  if (Buffer.isBuffer(value)) return secrets.some((secret) => value.includes(secret));
  if (typeof value !== 'object' || value === null) return false;
  // A getter of the name counts, whatever it gives.
  return 'login' in value;
}

/** Part of a response, as imapflow's parser returns it. */
export type Token = { type?: string; value?: unknown; section?: Token[] } | Token[] | null | undefined;

/** Where a name is in a list in which names and values alternate; -1 if it is not there. A value can look like a name. */
export function indexOfName(list: readonly Token[], name: string): number {
  return list.findIndex((token, at) => at % 2 === 0 && isNamed(token, name));
}

/** The value that follows a name in such a list. */
export function valueAfter(list: Token, name: string): Token {
  if (!Array.isArray(list)) return undefined;
  const index = indexOfName(list, name);
  return index < 0 ? undefined : list[index + 1];
}

/** A literal can be megabytes long, so its length comes first. */
const isNamed = (token: Token, name: string): boolean =>
  !!token &&
  !Array.isArray(token) &&
  typeof token.value === 'string' &&
  token.value.length === name.length &&
  token.value.toUpperCase() === name;

/** Empty if the token is a list. */
export function textOf(token: Token): string {
  if (!token || Array.isArray(token)) return '';
  const { value } = token;
  return typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString('latin1') : '';
}

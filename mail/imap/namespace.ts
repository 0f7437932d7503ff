import type { ImapFlow } from 'imapflow';

const PREFIXES = new WeakMap<ImapFlow, string>();

/**
 * imapflow adds the prefix of the personal namespace, such as `INBOX.`, to every path without it. Then shared folders
 * could not be addressed, and a path would not always match the server's.
 */
export function takePathsAsTheyAre(flow: ImapFlow): void {
  if (!flow.namespace) return;
  PREFIXES.set(flow, flow.namespace.prefix);
  flow.namespace = { ...flow.namespace, prefix: '' };
}

/**
 * Hint for a name that was refused because the prefix of the personal namespace (RFC 2342) is missing, such as
 * `INBOX.`.
 */
export function prefixHint(flow: ImapFlow, path = ''): string {
  const prefix = PREFIXES.get(flow) ?? '';
  if (!prefix || path.startsWith(prefix)) return '';
  return ` On this server folders are within "${prefix}": try "${prefix}${path}".`;
}

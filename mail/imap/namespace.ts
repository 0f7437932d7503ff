import type { ImapFlow } from 'imapflow';

const PREFIXES = new WeakMap<ImapFlow, string>();

/**
 * imapflow puts the prefix of the personal namespace, such as `INBOX.`, before every path that lacks it: folders
 * that others share could not be named then, and a path would not always be what the server calls it.
 */
export function takePathsAsTheyAre(flow: ImapFlow): void {
  if (!flow.namespace) return;
  PREFIXES.set(flow, flow.namespace.prefix);
  flow.namespace = { ...flow.namespace, prefix: '' };
}

/** For a name that is refused because it lacks the prefix of the personal folders (RFC 2342), such as `INBOX.`. */
export function prefixHint(flow: ImapFlow, path = ''): string {
  const prefix = PREFIXES.get(flow) ?? '';
  if (!prefix || path.startsWith(prefix)) return '';
  return ` On this server folders are within "${prefix}": try "${prefix}${path}".`;
}

import type { ImapFlow } from 'imapflow';

const PREFIXES = new WeakMap<ImapFlow, string>();

/**
 * imapflow adds the prefix of the personal namespace, such as `INBOX.`, to every path without it. Then shared folders
 * could not be addressed, and a path would not always match the server's. Call after each NAMESPACE.
 */
export function takePathsAsTheyAre(flow: ImapFlow): void {
  if (!flow.namespace) return;
  PREFIXES.set(flow, flow.namespace.prefix);
  flow.namespace = { ...flow.namespace, prefix: '' };
}

/**
 * Hint for a name that was refused because the prefix of the personal namespace (RFC 2342) is missing, such as
 * `INBOX.`. Asks the server for the prefix, if the login did not.
 */
export async function prefixHint(flow: ImapFlow, path = ''): Promise<string> {
  if (!PREFIXES.has(flow)) {
    const asked = flow as unknown as { run(command: 'NAMESPACE'): Promise<unknown> };
    // The refusal is the error to report, not this one.
    await asked.run('NAMESPACE').catch(() => {});
    takePathsAsTheyAre(flow);
  }
  const prefix = PREFIXES.get(flow) ?? '';
  if (!prefix || path.startsWith(prefix)) return '';
  return ` On this server folders are within "${prefix}": try "${prefix}${path}".`;
}

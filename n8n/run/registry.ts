import { openClient } from '../../mail/session/open-client';
import { SessionRegistry } from '../../mail/session/registry';

const KEY = Symbol.for('n8n-nodes-email-session/registry@1');

/**
 * The one registry of this process. It hangs on the global object, because another package that imports our
 * public entry may bring a copy of this module with it.
 */
export const registry: SessionRegistry = ((globalThis as { [KEY]?: SessionRegistry })[KEY] ??=
  new SessionRegistry(openClient));

import { openClient } from '../../mail/session/open-client';
import { SessionRegistry } from '../../mail/session/registry';
import type { Origin } from './origin';

const KEY = Symbol.for('n8n-nodes-email-session/registry@2');

/**
 * The only registry of this process. It is kept on the global object, because another package that imports our
 * public entry may load a second copy of this module.
 */
export const registry: SessionRegistry<Origin> = ((globalThis as { [KEY]?: SessionRegistry<Origin> })[KEY] ??=
  new SessionRegistry<Origin>(openClient));

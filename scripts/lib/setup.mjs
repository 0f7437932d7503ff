// Installs what the tests and the demo both need, starting from a bare clone.
import { dependencies } from './checkout.mjs';
import { n8n } from './n8n-install.mjs';
import { node24 } from './node24.mjs';

/** @returns {Promise<{ node: string, n8nDir: string }>} a Node ≥ 24 and the folder that holds n8n */
export async function setUp() {
  const node = await node24();
  const [n8nDir] = await Promise.all([n8n(node), dependencies(node)]);
  return { node, n8nDir };
}

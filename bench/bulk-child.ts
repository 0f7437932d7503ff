// Does one piece of work in one way.
import { nodeRunner, type NodeDirs } from './bulk-nodes';
import { runBare, runOurs, WORKS, type WorkName } from './bulk-works';
import { answerOrder } from './child';
import type { Account } from './lab';
import { triggerRunner } from './n8n-trigger';

export type WayName = 'bare' | 'client' | 'node' | 'peer' | 'joined' | 'trigger';

export interface Order {
  work: WorkName;
  way: WayName;
  account: Account;
  folder: string;
  /** Whether the memory in use is measured. */
  collects?: boolean;
  n8nDir: string;
  peerDir?: string;
}

answerOrder<Order>(async ({ work, way, account, folder, n8nDir, peerDir }) => {
  const isPeer = way === 'peer' || way === 'joined';
  const dirs = { n8nDir, peerDir: isPeer ? peerDir : undefined, joined: way === 'joined' };
  const by = wayOf(way, account, dirs);
  // n8n runs for long: what is loaded and compiled at the first use does not count.
  await by('warmUp', '');
  return async () => await by(work, folder);
});

function wayOf(way: WayName, account: Account, dirs: NodeDirs) {
  if (way === 'bare')
    return async (work: WorkName, folder: string) => await runBare(account, WORKS[work], folder);
  if (way === 'client')
    return async (work: WorkName, folder: string) => await runOurs(account, WORKS[work], folder);
  return way === 'trigger' ? triggerRunner(account, dirs.n8nDir) : nodeRunner(account, dirs);
}

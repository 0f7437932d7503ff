import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadProcessLibrary, newOwner, restClient, type N8nProcess, type SignedIn } from './n8n';

/** An n8n with our package, its owner, and a folder that is removed with it. */
export interface Single extends N8nProcess {
  /** As its owner. */
  signedIn: SignedIn;
}

export async function startSingle(options: {
  /** What `npm pack` wrote. */
  tarball: string;
  env?: Record<string, string>;
}): Promise<Single> {
  const { installPackage, startN8n } = await loadProcessLibrary();
  const userFolder = mkdtempSync(join(tmpdir(), 'n8n-single-'));
  const removeFolder = () => rmSync(userFolder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', removeFolder);
  await installPackage(options.tarball, userFolder);
  const n8n = await startN8n({ userFolder, env: options.env });
  const rest = await restClient(n8n.url);
  await rest.setUpOwner(newOwner());
  return {
    ...n8n,
    signedIn: rest.signedIn,
    stop: async (how) => {
      await n8n.stop(how);
      removeFolder();
      process.off('exit', removeFolder);
    },
  };
}

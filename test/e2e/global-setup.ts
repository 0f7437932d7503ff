import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node' with { 'resolution-mode': 'import' };
import { loadProcessLibrary, restClient, type Owner } from '../servers/n8n';

export interface SharedN8n {
  url: string;
  owner: Owner;
  userFolder: string;
  logFile: string;
  /** Part of every mail password: it must turn up nowhere. */
  canary: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    n8n: SharedN8n;
  }
}

/** One real n8n with the packed package for all files: its start takes longer than most of them. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const tarball = process.env.PACKAGE_TARBALL;
  if (!tarball) throw new Error('The end-to-end tests need the packed package: run them through `npm test`.');
  const { installPackage, startN8n } = await loadProcessLibrary();
  const userFolder = mkdtempSync(join(tmpdir(), 'n8n-e2e-'));
  const removeFolder = () => rmSync(userFolder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', removeFolder);
  const logFile = join(userFolder, 'output.log');
  const canary = `Canary${randomBytes(12).toString('hex')}`;
  const owner = { email: 'owner@example.test', password: `Owner1-${randomBytes(8).toString('hex')}` };

  await installPackage(tarball, userFolder);
  const n8n = await startN8n({ userFolder, logFile, env: { N8N_LOG_LEVEL: 'debug' } });
  await (await restClient(n8n.url)).setUpOwner(owner);
  project.provide('n8n', { url: n8n.url, owner, userFolder, logFile, canary });

  return async () => {
    await n8n.stop();
    removeFolder();
    process.off('exit', removeFolder);
  };
}

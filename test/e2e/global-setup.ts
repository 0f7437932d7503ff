import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node' with { 'resolution-mode': 'import' };
import { issueCertificate, type ServerCertificate } from '../servers/authority';
import { loadProcessLibrary, newOwner, restClient, type Owner, type SignedIn } from '../servers/n8n';

export interface SharedN8n {
  url: string;
  owner: Owner;
  /** As the owner. */
  signedIn: SignedIn;
  userFolder: string;
  logFile: string;
  /** Part of every mail password: it must turn up nowhere. */
  canary: string;
  /** Where the tests write down the tokens that were issued, a line each: they must turn up nowhere else. */
  tokensFile: string;
  /** For an identity provider that this n8n trusts. */
  certificate: ServerCertificate;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** One for each file that may run at the same time. */
    n8ns: [SharedN8n, ...SharedN8n[]];
  }
}

/** A real n8n with the packed package for each worker, and for all its files: its start takes longer than most of them. */
export default async function setUp({ vitest, config }: TestProject): Promise<() => Promise<void>> {
  const tarball = process.env.PACKAGE_TARBALL;
  if (!tarball) throw new Error('The end-to-end tests need the packed package: run them through `npm test`.');
  const canary = `Canary${randomBytes(12).toString('hex')}`;
  // Beside the user folders, which are searched for what is in them.
  const side = mkdtempSync(join(tmpdir(), 'n8n-e2e-side-'));
  const tokensFile = join(side, 'tokens');
  writeFileSync(tokensFile, '');
  mkdirSync(join(side, 'tls'));
  const certificate = issueCertificate(join(side, 'tls'));
  const folders = [side];
  const removeFolders = () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', removeFolders);
  const { installPackage, startN8n } = await loadProcessLibrary();

  const start = async () => {
    const userFolder = mkdtempSync(join(tmpdir(), 'n8n-e2e-'));
    folders.push(userFolder);
    const logFile = join(userFolder, 'output.log');
    const owner = newOwner();
    await installPackage(tarball, userFolder);
    const n8n = await startN8n({
      userFolder,
      logFile,
      env: { N8N_LOG_LEVEL: 'debug', NODE_EXTRA_CA_CERTS: join(side, 'tls', 'ca.pem') },
    });
    const rest = await restClient(n8n.url);
    await rest.setUpOwner(owner);
    const own = { url: n8n.url, owner, signedIn: rest.signedIn, userFolder, logFile };
    return { n8n, shared: { ...own, canary, tokensFile, certificate } };
  };
  const files = vitest.state.getPaths().filter((path) => path.startsWith(__dirname));
  const workers = Math.min(config.maxWorkers, files.length);
  const started = await Promise.all(Array.from({ length: workers }, start));
  // To all projects: the canary's has none of its own.
  vitest.provide('n8ns', started.map(({ shared }) => shared) as [SharedN8n, ...SharedN8n[]]);

  return async () => {
    await Promise.all(started.map(async ({ n8n }) => await n8n.stop()));
    removeFolders();
    process.off('exit', removeFolders);
  };
}

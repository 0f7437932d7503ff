import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { OAuthN8n } from '../e2e/oauth-lab';
import { issueCertificate } from '../servers/authority';

/** What an n8n needs to trust the lab's identity provider, and the lab to make one that it trusts. */
export interface Trust {
  /** For n8n. */
  env: Record<string, string>;
  /** For the lab, with the n8n's own address and login. */
  lab: Omit<OAuthN8n, 'url' | 'signedIn'>;
  remove(): void;
}

export function makeTrust(): Trust {
  const folder = mkdtempSync(join(tmpdir(), 'oauth-trust-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  mkdirSync(join(folder, 'tls'));
  const certificate = issueCertificate(join(folder, 'tls'));
  return {
    env: { NODE_EXTRA_CA_CERTS: join(folder, 'tls', 'ca.pem') },
    lab: { certificate, canary: randomBytes(12).toString('hex'), tokensFile: join(folder, 'tokens') },
    remove,
  };
}

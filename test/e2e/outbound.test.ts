import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDovecot, type Dovecot } from '../servers/dovecot';
import { startIdentity, type Identity } from '../servers/identity';
import { errorOf, loadProcessLibrary, restClient, type N8nProcess, type RestClient } from '../servers/n8n';
import { chain } from '../servers/workflow';
import { cellOf } from './cells';
import { mailbox, start } from './nodes';
import { ALICE, connectWith } from './oauth-lab';
import { sharedN8n } from './shared-n8n';

// An n8n whose administrator lets workflows reach "localhost", and nothing else of the machine's own network.

let n8n: N8nProcess;
let rest: RestClient;
let dovecot: Dovecot;
let identity: Identity;
const userFolder = mkdtempSync(join(tmpdir(), 'n8n-outbound-'));

beforeAll(async () => {
  const { owner, certificate } = sharedN8n();
  const { installPackage, startN8n } = await loadProcessLibrary();
  identity = await startIdentity({ certificate, autoLogin: ALICE });
  // Of one authority, so that one CA certificate in the credential does for both.
  dovecot = await startDovecot({ certificate, users: { [ALICE]: 'secret' }, oauth: identity.introspection });
  await installPackage(process.env.PACKAGE_TARBALL ?? '', userFolder);
  n8n = await startN8n({
    userFolder,
    env: { N8N_SSRF_PROTECTION_ENABLED: 'true', N8N_SSRF_ALLOWED_HOSTNAMES: 'localhost' },
  });
  rest = await restClient(n8n.url);
  await rest.setUpOwner(owner);
});

afterAll(async () => {
  await n8n?.stop();
  await dovecot?.stop();
  await identity?.stop();
  rmSync(userFolder, { recursive: true, force: true, maxRetries: 3 });
});

const cells = {
  basic: cellOf('emailServerBasicApi'),
  app: cellOf('emailOutlookClientCredentialsApi'),
};

async function run(cell: (typeof cells)['basic'], data: object) {
  const { host, ports, ca } = dovecot;
  const content = { host, port: ports.imaps, security: 'tls', caCertificate: ca, user: ALICE, ...data };
  const type = cell.credentialType;
  const credential = await rest.createCredential({ name: 'Mail', type, data: content });
  const nodes = [start(), connectWith(cell, credential), mailbox('Read')];
  return await rest.runAndWait(await rest.createWorkflow(chain('outbound', nodes)));
}

const app = (issuer: string) => ({
  cloud: 'custom',
  secretType: 'clientSecret',
  clientId: identity.apps.secretApp.id,
  clientSecret: identity.apps.secretApp.secret,
  customAuthority: issuer,
  customScope: 'https://outlook.office365.com/.default',
});

describe('the outbound policy of the instance', () => {
  test('lets a session through to a server that it allows', async () => {
    expect((await run(cells.basic, { password: 'secret' })).error).toBeUndefined();
    expect((await run(cells.app, app(identity.issuer))).error).toBeUndefined();
  });

  test('keeps a session from a server that it does not allow', async () => {
    const logins = dovecot.logins();
    const error = errorOf(await run(cells.basic, { password: 'secret', host: '127.0.0.1' }));
    expect(error.message).toBe('This n8n does not allow connections to 127.0.0.1');
    expect(error.description).toMatch(/outbound network policy/);
    expect(dovecot.logins()).toBe(logins);
  });

  test('keeps a token request from an identity provider that it does not allow', async () => {
    const before = identity.tokenRequests.length;
    const error = errorOf(await run(cells.app, app(`https://127.0.0.1:${identity.port}`)));
    expect(error.message).toBe('This n8n does not allow connections to 127.0.0.1');
    expect(identity.tokenRequests).toHaveLength(before);
  });

  test('keeps a session from a proxy that it does not allow', async () => {
    const data = { password: 'secret', proxy: 'socks5://127.0.0.1:1080' };
    expect(errorOf(await run(cells.basic, data)).message).toBe(
      'This n8n does not allow connections to 127.0.0.1',
    );
  });

  test('stops every credential test from connecting, because n8n gives it no policy to ask', async () => {
    const logins = dovecot.logins();
    const { host, ports, ca } = dovecot;
    const data = {
      host,
      port: ports.imaps,
      security: 'tls',
      caCertificate: ca,
      user: ALICE,
      password: 'secret',
    };
    const type = cells.basic.credentialType;
    const { id } = await rest.createCredential({ name: 'Tested', type, data });
    const verdict = await rest.call('POST', '/credentials/test', {
      credentials: { id, name: 'Tested', type, data },
    });
    expect(verdict).toMatchObject({
      status: 'Error',
      message: expect.stringMatching(/limits outbound/) as string,
    });
    expect(dovecot.logins()).toBe(logins);
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { microsoftClientCredentials } from '../../../mail/auth/microsoft';
import { issueCertificate } from '../../servers/authority';
import { listen } from '../../servers/ports';

// An identity provider whose discovery document is not there, or lacks something.

let server: Server;
let port: number;
let ca: string;
let reply: { status: number; body: object } = { status: 200, body: {} };

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'discovery-'));
  const files = issueCertificate(dir);
  ca = files.ca;
  const certificate = {
    key: readFileSync(files.keyFile, 'utf8'),
    cert: readFileSync(files.certFile, 'utf8'),
  };
  rmSync(dir, { recursive: true });
  server = createServer(certificate, (_, response) => {
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  });
  port = await listen(server);
});
afterAll(() => void server.close());

const token = async (tenant = 'tenant') =>
  await microsoftClientCredentials({
    ...{ credentialName: 'Office', clientId: 'app', scope: 'mail', secret: { clientSecret: 'canary' } },
    ...{
      authority: `https://localhost:${port}/${tenant}`,
      customAuthority: true,
      trust: { caCertificate: ca },
    },
  }).fetch(AbortSignal.timeout(20_000));

it.each([429, 500, 503])('that answers %i is asked again later', async (status) => {
  reply = { status, body: {} };
  await expect(token()).rejects.toMatchObject({
    code: 'TOKEN_UNAVAILABLE',
    message: `localhost:${port} does not answer OpenID Connect discovery at the moment (HTTP status ${status})`,
    description: 'Try again in a few minutes.',
  });
});

it('of which the address names no tenant is not asked for a token', async () => {
  reply = { status: 200, body: { token_endpoint: `https://localhost:${port}/token` } };
  await expect(token('common')).rejects.toMatchObject({
    code: 'TOKEN_REFUSED',
    message: expect.stringMatching(/^The credential "Office" cannot be used to get a token \(/) as string,
    description: 'Check the tenant or authority, the client ID and the scope in the credential.',
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { SessionSettings } from '../../../mail/account/session-settings';
import { openClient } from '../../../mail/session/open-client';
import { SessionRegistry } from '../../../mail/session/registry';
import { ewsSettings } from '../../contract/ews-lab';
import { graphSettings, startAdasGraph, token } from '../../contract/graph-lab';
import { startEws, type EwsServer } from '../../servers/exchange/ews';
import type { GraphServer } from '../../servers/graph/graph';

const RUNS = 20;

const kept = <T extends SessionSettings>(settings: T): T => ({
  ...settings,
  timeouts: { ...settings.timeouts, keep: 2000 },
});

/** A whole run of a workflow. */
async function run(registry: SessionRegistry, id: string, settings: SessionSettings): Promise<void> {
  const session = await registry.open(id, 'Default', settings, 'reuse');
  await session.use(async (client) => await client.listFolders({ counts: false }), { repeatable: true });
  await registry.closeRun(id);
}

describe.each(['basic', 'ntlm'] as const)('Exchange by %s', (mechanism) => {
  let server: EwsServer;
  const settings = () => kept(ewsSettings(server, mechanism));

  beforeAll(async () => {
    server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
  });
  afterAll(async () => await server?.stop());

  it('serves many runs with one connection and one login', async () => {
    const registry = new SessionRegistry(openClient);
    for (let n = 0; n < RUNS; n++) await run(registry, `${n}`, settings());
    expect(server.connections).toBe(1);
    const logins = server.requests.filter(({ headers }) => /^NTLM /.test(headers.authorization ?? ''));
    expect(logins).toHaveLength(mechanism === 'ntlm' ? 1 : 0);
  });

  it('opens another connection when the one that was kept is gone', async () => {
    const registry = new SessionRegistry(openClient);
    await run(registry, 'first', settings());
    const before = server.connections;
    server.dropConnections();
    await run(registry, 'second', settings());
    expect(server.connections).toBe(before + 1);
  });
});

describe('Microsoft Graph', () => {
  let server: GraphServer;

  beforeAll(async () => {
    server = await startAdasGraph();
  });
  afterAll(async () => await server?.stop());

  it('serves many runs with one connection', async () => {
    const registry = new SessionRegistry(openClient);
    for (let n = 0; n < RUNS; n++) await run(registry, `${n}`, kept(graphSettings(server)));
    expect(server.connections).toBe(1);
  });

  it('asks with the token of the run, and opens another connection for another token', async () => {
    const registry = new SessionRegistry(openClient);
    await run(registry, 'first', kept(graphSettings(server)));
    const before = server.connections;
    const renewed = { ...token('ada 2'), fingerprint: token('ada@example.test').fingerprint };
    await expect(run(registry, 'second', kept(graphSettings(server, {}, renewed)))).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    });
    expect(server.connections).toBe(before + 1);
  });
});

import type { Authenticator } from '../../mail/auth/authenticator';
import { GraphClient } from '../../mail/graph/client';
import type { GraphSettings } from '../../mail/account/graph-settings';
import type { GraphSessionSettings } from '../../mail/account/session-settings';
import { startGraph, type GraphOptions, type GraphServer } from '../servers/graph/graph';
import { ADA, exchangeLab } from './exchange-lab';
import type { MailLab } from './lab';

/** A token is who it is for. */
export const token = (accessToken: string, account = ADA): Authenticator => ({
  account,
  fingerprint: accessToken,
  login: async () => await Promise.resolve({ user: account, accessToken }),
});

/** The tests' own Graph, where Ada signs in with her address and the app "app" opens every mailbox. */
export const startAdasGraph = async (options: Partial<GraphOptions> = {}): Promise<GraphServer> =>
  await startGraph({
    introspect: async (accessToken) =>
      await Promise.resolve(
        accessToken === 'app' ? { app: true } : accessToken === ADA ? { address: ADA } : undefined,
      ),
    ...options,
  });

/** Settings for the test server, by token. */
export const graphSettings = (
  { url, ca }: GraphServer,
  changes: Partial<GraphSettings> = {},
  authenticator: Authenticator = token(ADA),
  /** Milliseconds: short where a test waits for it, long where much is sent on a busy machine. */
  command = 2000,
): GraphSessionSettings => ({
  ...{ provider: 'outlook', protocol: 'graph', authentication: 'oAuth2' },
  server: { host: 'localhost', port: Number(new URL(url).port), security: 'tls', caCertificate: ca },
  authenticator,
  timeouts: { connect: Math.max(command, 10_000), command, idle: 60_000 },
  graph: { url: new URL(`${url}/v1.0`), permanentDelete: true, ...changes },
});

/** A mailbox behind Graph, whose requests and replies are all held to Graph's published reference. */
export async function startGraphLab(
  options: Partial<GraphOptions> = {},
): Promise<MailLab & { server: GraphServer }> {
  const server = await startAdasGraph(options);
  return exchangeLab(
    server,
    async () =>
      await GraphClient.open(
        graphSettings(server, { permanentDelete: options.permanentDelete ?? true }, token(ADA), 10_000),
      ),
  );
}

import { appendFileSync } from 'node:fs';

import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { MICROSOFT_CLOUDS } from '../../mail/account/microsoft-clouds';
import { ACCESS_FOR, delegatedScope } from '../../mail/account/microsoft-access';
import type { Authentication, CredentialType, Protocol, ProviderId } from '../../mail/account/providers';
import { startDovecot, type Dovecot } from '../servers/dovecot';
import { startIdentity, type Identity } from '../servers/identity';
import { deliver, mail } from '../servers/mailbox';
import { restClient, type RestClient, type Stored } from '../servers/n8n';
import { startOffice, type Office } from '../servers/office';
import { startRelay, type Relay } from '../servers/relay';
import { waitFor } from '../servers/wait';
import { node, type WorkflowNode } from '../servers/workflow';
import { connectAccount } from './connect-account';
import type { SharedN8n } from './global-setup';
import { sharedN8n } from './shared-n8n';

export const ALICE = 'alice@example.test';
/** A mailbox that Alice may open beside her own. */
export const SHARED = 'info@example.test';
export const NOT_SHARED = 'boss@example.test';

export interface Cell {
  provider: ProviderId;
  protocol: Protocol;
  authentication: Authentication;
  credentialType: CredentialType;
  /** What stands in the credential beside the servers. */
  data: (lab: OAuthLab, protocol: Protocol) => object;
}

export type OAuthN8n = Pick<SharedN8n, 'url' | 'signedIn' | 'canary' | 'certificate' | 'tokensFile'>;

/** A real n8n, an identity provider that it trusts, and a mail server that asks the provider about tokens. */
export class OAuthLab {
  private constructor(
    readonly rest: RestClient,
    readonly identity: Identity,
    readonly dovecot: Dovecot,
    readonly relay: Relay,
    readonly office: Office,
    private readonly tokensFile: string,
  ) {}

  /** @param n8n that trusts the certificate's authority; by default that of all the end-to-end tests */
  static async start(n8n: OAuthN8n = sharedN8n()): Promise<OAuthLab> {
    const { url, signedIn, canary, certificate, tokensFile } = n8n;
    const users = [ALICE, SHARED, NOT_SHARED].map((user) => [user, `${user}-${canary}`]);
    const [rest, identity, relay] = await Promise.all([
      restClient(url, signedIn),
      startIdentity({
        certificate,
        autoLogin: ALICE,
        delegates: { [ALICE]: SHARED },
        delegated: [ALICE, SHARED],
      }),
      startRelay(),
    ]);
    const dovecot = await startDovecot({
      users: Object.fromEntries(users) as Record<string, string>,
      oauth: identity.introspection,
      submission: { relayPort: relay.port },
    });
    relay.deliverTo(dovecot);
    const office = await startOffice({ identity, delegates: { [ALICE]: SHARED } });
    for (const [user = ''] of users) {
      const message = mail({ to: user, subject: `to ${user}` });
      deliver(dovecot, user, 'INBOX', [message]);
      await office.mailbox(user).deliver('Inbox', [message]);
    }
    return new OAuthLab(rest, identity, dovecot, relay, office, tokensFile);
  }

  async stop(): Promise<void> {
    appendFileSync(this.tokensFile, this.identity.issued.map((token) => `${token}\n`).join(''));
    await Promise.all([this.dovecot.stop(), this.relay.stop(), this.office.stop(), this.identity.stop()]);
    expect(this.office.problems()).toEqual([]);
  }

  /** What every credential says that does not go to its provider's own servers. */
  get servers(): object {
    const { host, ports, ca } = this.dovecot;
    return {
      cloud: 'custom',
      ...{ host, port: ports.imaps, security: 'tls' },
      ...{ smtpHost: host, smtpPort: ports.submission, smtpSecurity: 'starttls' },
      caCertificate: `${ca}${this.identity.ca}`,
    };
  }

  /** Where n8n signs users in and gets their tokens. */
  oauth2(protocol: Protocol): object {
    const { issuer } = this.identity;
    const scope = delegatedScope(MICROSOFT_CLOUDS.global, ACCESS_FOR[protocol]);
    return {
      customAuthUrl: `${issuer}/example.test/oauth2/v2.0/authorize`,
      customAccessTokenUrl: `${issuer}/example.test/oauth2/v2.0/token`,
      customScope: scope,
    };
  }

  /** A credential saved in n8n, and connected where n8n keeps the token. */
  async credential(
    { credentialType, protocol, data }: Cell,
    name = `Mail by ${credentialType}`,
  ): Promise<Stored> {
    const content = { ...this.servers, user: ALICE, ...data(this, protocol) };
    const stored = await this.rest.createCredential({ name, type: credentialType, data: content });
    if (credentialType.endsWith('OAuth2Api')) await connectAccount(this.rest, stored, this.identity.ca);
    return stored;
  }

  /** What the token endpoint was asked since, without what it was asked before. */
  tokenRequestsSince(before: number): string[] {
    return this.identity.tokenRequests.slice(before).map(({ grantType }) => grantType);
  }

  /** Nothing may stay open for longer than two seconds after a run. */
  async expectNoConnections(): Promise<void> {
    const open = () => this.dovecot.connections() + this.office.open();
    await waitFor('all connections to end', () => open() === 0, 2_000).catch(() => undefined);
    expect(open(), 'connections open 2 s after the run').toBe(0);
  }
}

export function connectWith(cell: Cell, { id, name }: Stored, parameters: object = {}): WorkflowNode {
  const { options, ...others } = parameters as { options?: object };
  return node(
    'Connect',
    'n8n-nodes-email-session.emailConnect',
    {
      sessionName: 'Default',
      provider: cell.provider,
      protocol: cell.protocol,
      authentication: cell.authentication,
      options: { connectTimeout: 5, keepConnectionFor: 0, ...options },
      ...others,
    },
    { credentials: { [cell.credentialType]: { id, name } } },
  );
}

/** The lab of a test file. Whatever a test does, it leaves no connection behind, unless it keeps them for the next run. */
export function useOAuthLab({ keeps = false } = {}): () => OAuthLab {
  let lab: OAuthLab | undefined;
  const get = () => {
    if (!lab) throw new Error('The lab has not started');
    return lab;
  };
  beforeAll(async () => {
    lab = await OAuthLab.start();
  });
  if (!keeps) afterEach(async () => await get().expectNoConnections());
  afterAll(() => lab?.stop());
  return get;
}

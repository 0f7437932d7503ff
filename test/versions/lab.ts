import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MICROSOFT_CLOUDS } from '../../mail/account/microsoft-clouds';
import { delegatedScope } from '../../mail/account/microsoft-access';
import { issueCertificate } from '../servers/authority';
import { startDovecot, type Dovecot } from '../servers/dovecot';
import { startIdentity, type Identity } from '../servers/identity';
import { deliver, mail } from '../servers/mailbox';
import {
  loadProcessLibrary,
  newOwner,
  restClient,
  type Execution,
  type N8nProcess,
  type RestClient,
  type Stored,
} from '../servers/n8n';
import { startRelay, type Relay } from '../servers/relay';
import { waitFor } from '../servers/wait';
import type { Workflow, WorkflowNode } from '../servers/workflow';
import { node } from '../servers/workflow';
import { connectAccount } from '../e2e/connect-account';

export const ALICE = 'alice@example.test';
export const SUBJECTS = ['first', 'second', 'third'];

/** A version of n8n that `scripts/versions.mjs` has installed. */
export interface Installed {
  version: string;
  /** The folder whose node_modules holds n8n. */
  n8nDir: string;
  /** Of a version that it runs on. */
  node: string;
}

export function installed(): Installed[] {
  const { N8N_VERSIONS } = process.env;
  if (!N8N_VERSIONS) throw new Error('Which versions of n8n? Use `npm run versions`.');
  return JSON.parse(N8N_VERSIONS) as Installed[];
}

export type Login = 'basic' | 'oAuth2';
const typeOf = (login: Login) => (login === 'basic' ? 'emailServerBasicApi' : 'emailOutlookOAuth2Api');

/** One version of n8n with the packed package, a real mail server, and an identity provider that it trusts. */
export class VersionLab {
  private constructor(
    readonly n8n: N8nProcess,
    readonly rest: RestClient,
    readonly dovecot: Dovecot,
    readonly relay: Relay,
    readonly identity: Identity,
    private readonly folder: string,
  ) {}

  static async start({ n8nDir, node: executable }: Installed): Promise<VersionLab> {
    const tarball = process.env.PACKAGE_TARBALL;
    if (!tarball) throw new Error('The tests need the packed package: use `npm run versions`.');
    const { installPackage, startN8n } = await loadProcessLibrary();
    const folder = mkdtempSync(join(tmpdir(), 'n8n-version-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    mkdirSync(join(folder, 'tls'));
    const certificate = issueCertificate(join(folder, 'tls'));
    await installPackage(tarball, folder);
    const [n8n, identity, relay] = await Promise.all([
      startN8n({
        ...{ n8nDir, node: executable, userFolder: folder, logFile: join(folder, 'output.log') },
        env: {
          NODE_EXTRA_CA_CERTS: join(folder, 'tls', 'ca.pem'),
          // An older n8n does not start when a module is named that it does not have.
          N8N_DISABLED_MODULES: '',
        },
      }),
      startIdentity({ certificate, autoLogin: ALICE }),
      startRelay(),
    ]);
    const dovecot = await startDovecot({
      oauth: identity.introspection,
      submission: { relayPort: relay.port },
    });
    relay.deliverTo(dovecot);
    deliver(
      dovecot,
      ALICE,
      'INBOX',
      SUBJECTS.map((subject) => mail({ to: ALICE, subject, text: subject })),
    );
    const rest = await restClient(n8n.url);
    // An older n8n says too early that it is ready.
    const answers = async () =>
      await rest.call('GET', '/settings').then(
        () => true,
        () => false,
      );
    await waitFor('n8n to answer', answers, 30_000);
    await rest.setUpOwner(newOwner());
    return new VersionLab(n8n, rest, dovecot, relay, identity, folder);
  }

  async stop(): Promise<void> {
    await this.n8n.stop();
    await Promise.all([this.dovecot.stop(), this.relay.stop(), this.identity.stop()]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** An Email Connect node with a new credential. Its connection ends with the run, and not by a timer of minutes. */
  async connect(login: Login): Promise<WorkflowNode> {
    const { id, name } = await this.credential(login);
    const parameters = {
      ...{ sessionName: 'Default', protocol: 'imap', authentication: login },
      provider: login === 'basic' ? 'other' : 'outlook',
      options: { connectTimeout: 5, idleTimeout: 3600, keepConnectionFor: 0 },
    };
    const credentials = { [typeOf(login)]: { id, name } };
    return node('Connect', 'n8n-nodes-email-session.emailConnect', parameters, { credentials });
  }

  private async credential(login: Login): Promise<Stored> {
    const { host, ports, ca, users } = this.dovecot;
    const servers = {
      ...{ host, port: ports.imaps, security: 'tls' },
      ...{ smtpHost: host, smtpPort: ports.submission, smtpSecurity: 'starttls' },
      ...{ caCertificate: `${ca}${this.identity.ca}`, ignoreCertificate: false, user: ALICE },
    };
    const data = { ...servers, ...(login === 'basic' ? { password: users[ALICE] } : this.client) };
    const stored = await this.rest.createCredential({ name: `By ${login}`, type: typeOf(login), data });
    if (login === 'oAuth2') await connectAccount(this.rest, stored, this.identity.ca);
    return stored;
  }

  private get client(): object {
    const { issuer, apps } = this.identity;
    return {
      cloud: 'custom',
      customAuthUrl: `${issuer}/example.test/oauth2/v2.0/authorize`,
      customAccessTokenUrl: `${issuer}/example.test/oauth2/v2.0/token`,
      customScope: delegatedScope(MICROSOFT_CLOUDS.global, 'mail'),
      ...{ clientId: apps.webApp.id, clientSecret: apps.webApp.secret },
    };
  }

  /** Runs it as the editor does. Each version of n8n wants to be asked in its own words. */
  async run(workflow: Workflow, destination?: string): Promise<Execution> {
    const { rest } = this;
    const saved = await rest.createWorkflow({ active: false, ...workflow });
    const path = `/workflows/${saved.id}/run?partialExecutionVersion=2`;
    const ask = async (destinationNode: unknown) => {
      const body = { workflowData: saved, triggerToStartFrom: { name: 'Start' }, destinationNode };
      return ((await rest.call('POST', path, body)) as { executionId: string }).executionId;
    };
    const id = await rest
      .run(saved, { destination })
      .catch(async () => await ask(destination && { nodeName: destination, mode: 'inclusive' }))
      .catch(async () => await ask(destination));
    return await this.end(id);
  }

  /** Answers when the run is over or put away. */
  async end(id: string, options: { until?: string[] } = {}): Promise<Execution> {
    const { status } = await this.rest.waitForExecution(id, options);
    // An older n8n stores the status first, and then the data.
    return await waitFor('the data of the run', async () => {
      const execution = await this.rest.getExecution(id);
      const { resultData } = execution.data as { resultData?: { lastNodeExecuted?: string; error?: object } };
      const last = resultData?.lastNodeExecuted;
      const isComplete = execution.status === status && (last ? last in execution.runData : false);
      return isComplete && execution;
    });
  }
}

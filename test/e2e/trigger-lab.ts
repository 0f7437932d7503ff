import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startDovecot, type Dovecot } from '../servers/dovecot';
import { deliver, mail } from '../servers/mailbox';
import {
  itemsOf,
  loadProcessLibrary,
  newOwner,
  restClient,
  type Execution,
  type N8nProcess,
  type RestClient,
  type Stored,
} from '../servers/n8n';
import { waitFor } from '../servers/wait';
import { chain, node, type WorkflowNode } from '../servers/workflow';
import { CREDENTIAL_TYPE } from './nodes';

/** An n8n of its own, which can be stopped and killed, with a real mail server. */
export class TriggerLab {
  n8n!: N8nProcess;
  rest!: RestClient;
  private readonly owner = newOwner();
  private delivered = 0;
  private readonly published = new Set<string>();

  private constructor(
    readonly dovecot: Dovecot,
    private readonly folder: string,
  ) {}

  static async start(users: readonly string[]): Promise<TriggerLab> {
    const { installPackage } = await loadProcessLibrary();
    const folder = mkdtempSync(join(tmpdir(), 'n8n-trigger-'));
    const passwords = Object.fromEntries(users.map((user) => [user, randomBytes(9).toString('hex')]));
    const [dovecot] = await Promise.all([
      startDovecot({ users: passwords }),
      installPackage(process.env.PACKAGE_TARBALL ?? '', folder),
    ]);
    const lab = new TriggerLab(dovecot, folder);
    await lab.startN8n();
    return lab;
  }

  async startN8n(): Promise<void> {
    const { startN8n } = await loadProcessLibrary();
    // The same address again: links in mails lead there.
    const port = this.n8n && Number(new URL(this.n8n.url).port);
    this.n8n = await startN8n({ userFolder: this.folder, port, env: { N8N_LOG_LEVEL: 'debug' } });
    const isNew = !this.rest;
    this.rest = await restClient(this.n8n.url);
    if (isNew) await this.rest.setUpOwner(this.owner);
    else await this.rest.login(this.owner);
  }

  async stop(): Promise<void> {
    await this.n8n.stop();
    await this.dovecot.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Of the server, but for `changes`. */
  async credential(user: string, changes: object = {}): Promise<Stored> {
    const { host, ports, users, ca } = this.dovecot;
    const server = { host, port: ports.imaps, security: 'tls', caCertificate: ca, ignoreCertificate: false };
    const data = { ...server, user, password: users[user] ?? '', ...changes };
    return await this.rest.createCredential({ name: user, type: CREDENTIAL_TYPE, data });
  }

  async workflow(name: string, nodes: WorkflowNode[], settings: object = {}): Promise<Stored> {
    return await this.rest.createWorkflow({
      ...chain(name, nodes),
      settings: { executionOrder: 'v1', ...settings },
    });
  }

  /** Publishes, and waits until the trigger listens. */
  async publish({ id }: Stored): Promise<void> {
    // Until then it is not decided which mail is new.
    const listening = () => this.n8n.logs().split('listens to INBOX').length;
    const before = listening();
    this.published.add(id);
    await this.rest.publish(id);
    await waitFor('the trigger to listen', () => listening() > before, 30_000);
  }

  /** Takes all workflows off, and expects that nothing of them stays. */
  async unpublish(): Promise<void> {
    for (const id of this.published) await this.rest.unpublish(id);
    this.published.clear();
    await waitFor('all connections to end', () => this.dovecot.connections() === 0, 20_000);
  }

  deliver(user: string, count = 1): string[] {
    const subjects = Array.from({ length: count }, () => `Mail ${++this.delivered}`);
    deliver(
      this.dovecot,
      user,
      'INBOX',
      subjects.map((subject) => mail({ to: user, subject, text: `text of ${subject}` })),
    );
    return subjects;
  }

  /** The runs of a workflow that have ended, or stand at a Wait node, at least so many. */
  async runs({ id }: Stored, count: number, ms = 60_000): Promise<Execution[]> {
    const list = await waitFor(
      `${count} runs`,
      async () => {
        const all = await this.rest.listExecutions(id);
        const isOpen = all.some(({ status }) => ['new', 'running'].includes(status));
        return all.length >= count && !isOpen && all;
      },
      ms,
      250,
    );
    return await Promise.all(list.map(async (run) => await this.rest.getExecution(run.id)));
  }
}

/** The subjects of the messages that started these runs. */
export const subjectsOf = (runs: readonly Execution[]): unknown[] =>
  runs.flatMap((run) => itemsOf(run, 'Email Trigger').map(({ subject }) => subject)).sort();

export const emailTrigger = (credential: Stored, parameters: object = {}): WorkflowNode =>
  node(
    'Email Trigger',
    'n8n-nodes-email-session.emailTrigger',
    {
      ...{ sessionName: 'Default', provider: 'other', protocol: 'imap', authentication: 'basic' },
      folder: { __rl: true, mode: 'path', value: 'INBOX' },
      // Otherwise the runs leave a connection for the next run.
      options: { keepConnectionFor: 0 },
      ...parameters,
    },
    { credentials: { [CREDENTIAL_TYPE]: { id: credential.id, name: credential.name } } },
  );

import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { startDovecot, type Dovecot, type DovecotOptions } from '../servers/dovecot';
import { deliver, mail } from '../servers/mailbox';
import { restClient, type RestClient, type Stored } from '../servers/n8n';
import { sleep, waitFor } from '../servers/wait';
import { startWire, type Wire } from '../servers/wire';
import { CREDENTIAL_TYPE, type ServerCredential } from './nodes';
import { sharedN8n } from './shared-n8n';

export const ALICE = 'alice@example.test';
export const BOB = 'bob@example.test';
/** Messages in each account's inbox; every subject names its account. */
export const MESSAGES = 3;

export const subjectsOf = (account: string) =>
  Array.from({ length: MESSAGES }, (_, index) => `${account} ${index + 1}`);

/** A real n8n, a real mail server, and between them a wire that counts. */
export class Lab {
  private constructor(
    readonly rest: RestClient,
    readonly dovecot: Dovecot,
    readonly wire: Wire,
  ) {}

  static async start(options: DovecotOptions): Promise<Lab> {
    const { url, signedIn, canary } = sharedN8n();
    const users = { [ALICE]: `alice-${canary}`, [BOB]: `bob-${canary}` };
    const [rest, dovecot] = await Promise.all([
      restClient(url, signedIn),
      startDovecot({ users, ...options }),
    ]);
    const wire = await startWire(dovecot.ports.imap);
    for (const user of Object.keys(users)) {
      deliver(
        dovecot,
        user,
        'INBOX',
        subjectsOf(user).map((subject) => mail({ to: user, subject, text: subject })),
      );
    }
    return new Lab(rest, dovecot, wire);
  }

  async stop(): Promise<void> {
    await this.wire.stop();
    await this.dovecot.stop();
  }

  /** A credential saved in n8n: as it should be (TLS with our authority), but for `changes`. */
  async credential(user: string, changes: Partial<ServerCredential> = {}): Promise<Stored> {
    const data: ServerCredential = {
      host: this.dovecot.host,
      port: this.dovecot.ports.imaps,
      security: 'tls',
      user,
      password: this.dovecot.users[user] ?? '',
      caCertificate: this.dovecot.ca,
      ignoreCertificate: false,
      ...changes,
    };
    return await this.rest.createCredential({ name: `Mail of ${user}`, type: CREDENTIAL_TYPE, data });
  }

  /** A credential by which the connection goes through the wire, in clear. */
  async credentialThroughWire(user: string): Promise<Stored> {
    return await this.credential(user, { port: this.wire.port, security: 'none', caCertificate: '' });
  }

  /**
   * Starts a run and answers when it stands at its Wait node. n8n tells of a run's nodes only when it
   * has ended, so this goes by the login, and the little that follows it.
   */
  async runUntilWait(workflow: { id: string }): Promise<string> {
    const before = this.dovecot.logins();
    const id = await this.rest.run(workflow);
    await waitFor('the login', () => this.dovecot.logins() > before);
    await sleep(700);
    return id;
  }

  /** Nothing may stay open for longer than two seconds after a run. */
  async expectNoConnections(): Promise<void> {
    const open = () => this.dovecot.connections() + this.wire.open;
    await waitFor('all connections to end', () => open() === 0, 2_000).catch(() => undefined);
    expect(open(), 'connections open 2 s after the run').toBe(0);
  }
}

/** The lab of a test file. Whatever a test does, it leaves no connection behind. */
export function useLab(options: DovecotOptions = {}): () => Lab {
  let lab: Lab | undefined;
  const get = () => {
    if (!lab) throw new Error('The lab has not started');
    return lab;
  };
  beforeAll(async () => {
    lab = await Lab.start(options);
  });
  afterEach(() => get().expectNoConnections());
  afterAll(() => lab?.stop());
  return get;
}

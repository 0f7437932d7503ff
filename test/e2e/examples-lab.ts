import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ImapFlow } from 'imapflow';

import { startChatModel, type ChatModel } from '../servers/chat-model';
import { startDovecot, type Dovecot } from '../servers/dovecot';
import { restClient, type RestClient, type Stored } from '../servers/n8n';
import { startRelay, type Relay } from '../servers/relay';
import type { Workflow } from '../servers/workflow';
import { CREDENTIAL_TYPE } from './nodes';
import { sharedN8n } from './shared-n8n';

/** An account of one of the two servers. */
export interface Account {
  server: Dovecot;
  user: string;
}

const ACCOUNTS = ['ada', 'new', 'keeps', 'deletes', 'team'] as const;

/** A message as a mail program would see it. */
export interface Seen {
  subject: string;
  flags: string[];
  receivedAt: string;
  source: string;
}

/** A real n8n, two mail servers, and a model that says what a script tells it to. */
export class ExamplesLab {
  private constructor(
    readonly rest: RestClient,
    readonly server: Dovecot,
    /** Of the account `old`, which moves away from it. */
    readonly oldServer: Dovecot,
    readonly model: ChatModel,
    readonly relay: Relay,
  ) {}

  static async start(): Promise<ExamplesLab> {
    const { url, signedIn, canary } = sharedN8n();
    const rest = await restClient(url, signedIn);
    const relay = await startRelay();
    const secrets = ACCOUNTS.map((name) => [`${name}@example.test`, `${name}-${canary}`]);
    const [server, oldServer, model] = await Promise.all([
      startDovecot({
        users: Object.fromEntries(secrets) as Record<string, string>,
        submission: { relayPort: relay.port },
      }),
      startDovecot({ users: { 'old@example.test': `old-${canary}` } }),
      startChatModel(),
    ]);
    relay.deliverTo(server);
    return new ExamplesLab(rest, server, oldServer, model, relay);
  }

  async stop(): Promise<void> {
    const all = [this.server, this.oldServer, this.model, this.relay];
    await Promise.all(all.map(async (one) => await one.stop()));
  }

  account(name: (typeof ACCOUNTS)[number] | 'old'): Account {
    return { server: name === 'old' ? this.oldServer : this.server, user: `${name}@example.test` };
  }

  /**
   * Imports an example as it stands, and chooses the credentials, which it does not have.
   *
   * @param accounts by the name of the node, or one for all
   */
  async open(name: string, accounts: Account | Record<string, Account>): Promise<Stored> {
    const { nodes, ...rest } = exampleOf(name);
    const model = await this.store('Model', 'openAiApi', {
      apiKey: 'any',
      url: this.model.url,
      header: false,
    });
    const chosen = nodes.map(async (node) => {
      const account = 'user' in accounts ? (accounts as Account) : accounts[node.name];
      if (/email(Connect|Trigger)$/i.test(node.type)) {
        return { ...node, credentials: { [CREDENTIAL_TYPE]: await this.credentialOf(account!) } };
      }
      return /\.lmChatOpenAi$/.test(node.type) ? { ...node, credentials: { openAiApi: model } } : node;
    });
    return await this.rest.createWorkflow({ ...rest, nodes: await Promise.all(chosen) });
  }

  private async credentialOf({ server, user }: Account): Promise<Stored> {
    const { host, ports, ca, users } = server;
    return await this.store(`Mailbox of ${user}`, CREDENTIAL_TYPE, {
      ...{ host, port: ports.imaps, security: 'tls', user, password: users[user], caCertificate: ca },
      ...(ports.submission && { smtpHost: host, smtpPort: ports.submission, smtpSecurity: 'starttls' }),
      ignoreCertificate: false,
    });
  }

  private async store(name: string, type: string, data: object): Promise<Stored> {
    const { id } = await this.rest.createCredential({ name, type, data });
    return { id, name };
  }
}

/** Without its id: n8n gives each imported workflow its own. */
function exampleOf(name: string): Workflow & { id: undefined } {
  const file = join(__dirname, '..', '..', 'examples', `${name}.json`);
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as Workflow), id: undefined };
}

/** What is in a folder, in the order in which it came. */
export async function mailIn(account: Account, folder: string): Promise<Seen[]> {
  return await asMailProgram(account, async (client) => {
    await client.mailboxOpen(folder, { readOnly: true });
    const found = await client.fetchAll('1:*', {
      envelope: true,
      flags: true,
      internalDate: true,
      source: true,
    });
    return found.map(({ envelope, flags, internalDate, source }) => ({
      subject: envelope?.subject ?? '',
      flags: [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
      receivedAt: new Date(internalDate ?? 0).toISOString(),
      source: String(source),
    }));
  });
}

export const subjectsIn = async (account: Account, folder: string): Promise<string[]> =>
  (await mailIn(account, folder)).map(({ subject }) => subject).sort();

export const foldersOf = async (account: Account): Promise<string[]> =>
  await asMailProgram(account, async (client) => (await client.list()).map(({ path }) => path).sort());

async function asMailProgram<T>(
  { server, user }: Account,
  work: (client: ImapFlow) => Promise<T>,
): Promise<T> {
  const { host, ports, users, ca } = server;
  const auth = { user, pass: users[user] ?? '' };
  const client = new ImapFlow({ host, port: ports.imaps, secure: true, auth, tls: { ca }, logger: false });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.logout();
  }
}

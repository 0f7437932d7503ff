import { CREDENTIAL_TYPE } from '../e2e/nodes';
import { OAuthLab } from '../e2e/oauth-lab';
import type { Stored } from '../servers/n8n';
import { startSingle, type Single } from '../servers/single';
import { memoryProbe } from './memory';
import { makeTrust } from './oauth';
import { Samples } from './samples';

/** What users have who change nothing. Seconds. */
export const DEFAULTS = { connectTimeout: 30, keepConnectionFor: 60 };

/** One n8n whose memory is looked at, with mail servers of every kind. */
export interface LoadLab {
  n8n: Single;
  mail: OAuthLab;
  /** A section of docs/reliability.md. */
  samples(title: string, about: string): Samples;
  /** A user's credential with a password, for IMAP and POP3. */
  password(user: string): Promise<Stored>;
  /** Connections open now at all mail servers. */
  open(): number;
  stop(): Promise<void>;
}

export async function startLoadLab(): Promise<LoadLab> {
  const trust = makeTrust();
  const probe = memoryProbe();
  const n8n = await startSingle({
    tarball: process.env.PACKAGE_TARBALL ?? '',
    // Otherwise the database grows, which is not what is looked at.
    env: { EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none', ...trust.env, ...probe.env },
  });
  const stopN8n = async () => {
    await n8n.stop();
    probe.stop();
    trust.remove();
  };
  let mail: OAuthLab | undefined;
  try {
    mail = await OAuthLab.start({ url: n8n.url, signedIn: n8n.signedIn, ...trust.lab });
  } finally {
    if (!mail) await stopN8n();
  }
  const { rest, dovecot, office } = mail;
  const open = () => dovecot.connections() + office.open();
  const look = async () => ({
    ...(await probe.usage(n8n.pid)),
    connections: open(),
    logins: dovecot.logins(),
  });
  return {
    ...{ n8n, mail, open },
    samples: (title, about) => new Samples(title, about, look),
    password: async (user) => {
      const { host, ports, ca } = dovecot;
      const imap = { host, port: ports.imaps, security: 'tls', caCertificate: ca };
      const pop3 = { popHost: host, popPort: ports.pop3s, popSecurity: 'tls' };
      const data = { ...imap, ...pop3, user, password: dovecot.users[user] };
      return await rest.createCredential({ name: `Mail of ${user}`, type: CREDENTIAL_TYPE, data });
    },
    stop: async () => void (await Promise.all([stopN8n(), mail.stop()])),
  };
}

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { issueCertificate, type ServerCertificate } from './authority';
import { dovecotConfig, mailOwner, type Owner, type Ports } from './dovecot-config';
import type { DovecotOauth } from './dovecot-oauth';
import { accepts, freePorts } from './ports';
import { establishedOn } from './sockets';
import { sleep, waitFor } from './wait';

const runFile = promisify(execFile);

export interface DovecotOptions {
  /** Password by user name. */
  users?: Record<string, string>;
  extraConfig?: string;
  /** To share one authority with other servers. */
  certificate?: ServerCertificate;
  /** Takes access tokens too, and asks an identity provider about each. */
  oauth?: DovecotOauth;
  /** Nobody gets in without a certificate of this authority's (PEM). */
  clientCertificates?: { ca: string };
  /** Offers SMTP submission too, handing messages to a relay on this loopback port. */
  submission?: { relayPort: number };
}

export interface Dovecot {
  host: 'localhost';
  ports: Ports;
  /** Certificate (PEM) of the authority to trust. */
  ca: string;
  users: Record<string, string>;
  /** Where a user's mail lies, and whose files they must be. */
  home(user: string): string;
  owner: Owner;
  log(): string;
  /** Successful logins since the start, over IMAP and POP3. */
  logins(): number;
  /** Successful logins since the start, over SMTP. */
  smtpLogins(): number;
  /** Connections open now, over all ports. */
  connections(): number;
  /** Ends the user's connections as an administrator would: BYE, then closed. */
  kick(user: string): Promise<void>;
  /**
   * Ends the server, and starts it again on the same ports.
   *
   * @param between what happens to its files in between
   */
  restart(between?: () => void): Promise<void>;
  stop(): Promise<void>;
}

const DEFAULT_USERS = { 'alice@example.test': 'alice-secret', 'bob@example.test': 'bob-secret' };

/** A real Dovecot on loopback with its own configuration, certificate authority and mail. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const users = options.users ?? { ...DEFAULT_USERS };
  const dir = mkdtempSync(join(tmpdir(), 'dovecot-'));
  const owner = mailOwner();
  layOut(dir, users, owner);
  const certificate = options.certificate ?? issueCertificate(join(dir, 'tls'));
  const relayPort = options.submission?.relayPort;
  const ports = await choosePorts(relayPort !== undefined);
  const listening = Object.values(ports).filter(Boolean);
  const clientAuthority = options.clientCertificates && join(dir, 'tls', 'clients.pem');
  if (clientAuthority) writeFileSync(clientAuthority, options.clientCertificates?.ca ?? '');
  const configFile = join(dir, 'dovecot.conf');
  const logFile = join(dir, 'dovecot.log');
  const { oauth, extraConfig: extra = '' } = options;
  writeFileSync(
    configFile,
    dovecotConfig({ dir, owner, ports, certificate, extra, oauth, clientAuthority, relayPort }),
  );
  writeFileSync(logFile, '');
  const log = () => readFileSync(logFile, 'utf8');

  const server = supervise(configFile, dir);
  const untilListening = async () =>
    await waitFor('Dovecot to listen', async () => {
      if (server.hasExited()) throw new Error(`Dovecot did not start:\n${log()}`);
      return (await Promise.all(listening.map(accepts))).every(Boolean);
    });
  await untilListening();

  return {
    host: 'localhost',
    ports,
    ca: certificate.ca,
    users,
    home: (user) => join(dir, 'mail', user),
    owner,
    log,
    logins: () => log().match(/(imap|pop3)-login: Info: Login: /g)?.length ?? 0,
    smtpLogins: () => log().match(/submission-login: Info: Login: /g)?.length ?? 0,
    connections: () => establishedOn(listening),
    kick: async (user) => void (await runFile('doveadm', ['-c', configFile, 'kick', user])),
    restart: async (between) => {
      await server.restart(between);
      await untilListening();
    },
    stop: async () => await server.stop(),
  };
}

async function choosePorts(withSubmission: boolean): Promise<Ports> {
  const [imap = 0, imaps = 0, pop3 = 0, pop3s = 0, submission = 0, submissions = 0] = await freePorts(
    withSubmission ? 6 : 4,
  );
  return { imap, imaps, pop3, pop3s, submission, submissions };
}

function layOut(dir: string, users: Record<string, string>, owner: Owner) {
  // mkdtemp made it for us alone, but the mail and login processes run as the owner.
  chmodSync(dir, 0o755);
  for (const sub of ['run', 'state', 'tls', 'mail']) mkdirSync(join(dir, sub));
  for (const user of Object.keys(users)) {
    mkdirSync(join(dir, 'mail', user));
    chownSync(join(dir, 'mail', user), owner.uid, owner.gid);
  }
  const lines = Object.entries(users).map(([user, password]) => `${user}:{PLAIN}${password}::::::\n`);
  writeFileSync(join(dir, 'users'), lines.join(''));
}

/** Runs Dovecot in the foreground so that it ends with us, whether we stop it, exit or are killed. */
function supervise(configFile: string, dir: string) {
  let running = run();
  function run() {
    const command = ['--pdeathsig', 'TERM', 'dovecot', '-F', '-c', configFile];
    // Debian keeps Dovecot where only root's PATH looks.
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
    // With a process group of its own, in which its children are.
    const child: ChildProcess = spawn('setpriv', command, {
      ...{ env, detached: true },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const state = { child, exited: false };
    const exit = new Promise<void>((resolve) => {
      child.once('exit', resolve).once('error', resolve);
    }).then(() => {
      state.exited = true;
    });
    return Object.assign(state, { exit });
  }
  const end = async () => {
    const { child, exit } = running;
    child.kill('SIGTERM');
    await exit;
    // Its children go on for seconds, and would write what they remember of a folder. First they may finish their work.
    await sleep(100);
    if (child.pid) killGroup(child.pid);
  };
  const killNow = () => {
    running.child.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  };
  process.once('exit', killNow);
  return {
    hasExited: () => running.exited,
    restart: async (between: () => void = () => {}) => {
      await end();
      between();
      running = run();
    },
    stop: async () => {
      await end();
      process.off('exit', killNow);
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function killGroup(id: number): void {
  try {
    process.kill(-id, 'SIGKILL');
  } catch {
    // There is nobody left.
  }
}

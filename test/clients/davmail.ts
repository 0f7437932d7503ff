import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';

import { accepts, freePorts, LOOPBACK } from '../servers/ports';
import { waitFor } from '../servers/wait';
import { debianClients } from './debian';

/** DavMail in front of an EWS server: what it serves as IMAP and SMTP are its requests to that one. */
export interface DavMail {
  ports: { imap: number; smtp: number };
  /** What it says of itself. */
  log(): string;
  stop(): Promise<void>;
}

const START = 30_000;

export async function startDavMail(url: string, ca: string): Promise<DavMail> {
  const root = await debianClients();
  const dir = mkdtempSync(join(tmpdir(), 'davmail-'));
  const [imap = 0, smtp = 0] = await freePorts(2);
  const logFile = join(dir, 'davmail.log');
  const settings = join(dir, 'davmail.properties');
  const written = propertiesOf({
    ...{ 'davmail.server': true, 'davmail.mode': 'EWS', 'davmail.url': url },
    ...{ 'davmail.imapPort': imap, 'davmail.smtpPort': smtp, 'davmail.bindAddress': LOOPBACK },
    ...{ 'davmail.caldavPort': '', 'davmail.ldapPort': '', 'davmail.popPort': '' },
    ...{ 'davmail.allowRemote': false, 'davmail.enableProxy': false, 'davmail.disableUpdateCheck': true },
    'davmail.smtpSaveInSent': true,
    'davmail.server.certificate.hash': await fingerprintOf(url, ca),
    'davmail.logFilePath': logFile,
    ...{ 'log4j.rootLogger': 'WARN', 'log4j.logger.davmail': 'INFO' },
  });
  writeFileSync(settings, written);
  const jars = ['davmail', 'java'].map((name) => join(root, 'usr/share', name, '*'));
  linkNative(root, dir);
  const java = spawn(
    'java',
    [
      ...['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'],
      ...[`-Duser.home=${dir}`, '-cp', [dir, ...jars].join(':'), 'davmail.DavGateway', settings, '-server'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: dir },
  );
  let output = '';
  for (const stream of [java.stdout, java.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const kill = () => java.kill('SIGKILL');
  process.once('exit', kill);
  await waitFor(
    'DavMail to listen',
    async () => {
      if (java.exitCode !== null) throw new Error(`DavMail did not start:\n${output}`);
      return (await Promise.all([imap, smtp].map(accepts))).every(Boolean);
    },
    START,
    50,
  );
  return {
    ports: { imap, smtp },
    log: () => output + readFileSync(logFile, 'utf8'),
    stop: async () => {
      process.off('exit', kill);
      const exited = once(java, 'exit');
      kill();
      await exited;
      rmSync(dir, { recursive: true });
    },
  };
}

const JNA: Readonly<Record<string, string>> = { x64: 'linux-x86-64', arm64: 'linux-aarch64' };

/** Debian's JNA looks for its library in the system, where it is not installed, and in the class path. */
function linkNative(root: string, dir: string): void {
  const libraries = join(root, 'usr/lib');
  const [found] = readdirSync(libraries, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('libjnidispatch.system.so'),
  );
  const folder = join(dir, 'com/sun/jna', JNA[process.arch] ?? process.arch);
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(libraries, found ?? ''), join(folder, 'libjnidispatch.so'));
}

const propertiesOf = (settings: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** By which DavMail knows a certificate of an authority that its Java does not. */
async function fingerprintOf(url: string, ca: string): Promise<string> {
  const socket = connect({ host: LOOPBACK, servername: 'localhost', port: Number(new URL(url).port), ca });
  await once(socket, 'secureConnect');
  const { fingerprint } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint;
}

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { issueCertificate, type ServerCertificate } from '../authority';
import { accepts } from '../ports';
import { waitFor } from '../wait';

const SCRIPT = join(__dirname, 'world.sh');

/** A server's own view of the file system, and what runs in it. */
export interface World {
  /** A folder that the programs see under the same path, for mail, configuration and certificates. */
  dir: string;
  certificate: ServerCertificate;
  /** Writes a file into `dir`, and answers its path. */
  write(file: string, text: string, mode?: number): string;
  /** Writes a file of the programs' /etc. Only what starts afterwards sees it. */
  etc(file: string, text: string, mode?: number): void;
  /** Makes a folder in `dir` that belongs to this user. */
  folder(name: string, owner?: number): string;
  /** Runs a shell command to its end, and answers what it printed. */
  run(command: string): string;
  /** Starts a shell command that stays, and waits until it listens on these ports. */
  start(command: string, ports: readonly number[]): Promise<void>;
  /** Ends all programs, and keeps the files of `dir`. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param server the name that scripts/lib/mail-servers.mjs or queue-servers.mjs gives it
 * @param accounts lines of passwd that the packages' own scripts would have made; each has a group of its name
 * @param variable of the environment that names the folder of the servers
 */
export function makeWorld(
  server: string,
  accounts: readonly string[] = [],
  variable = 'MAIL_SERVERS_DIR',
): World {
  const servers = process.env[variable];
  if (!servers) throw new Error(`${variable} has to name the folder of ${server}: use \`npm test\`.`);
  if (process.getuid?.() !== 0) throw new Error(`${server} needs mounts of its own, so the tests need root.`);
  const dir = mkdtempSync(join(tmpdir(), `${server}-`));
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, 'tls'));
  const certificate = issueCertificate(join(dir, 'tls'));
  chmodSync(certificate.keyFile, 0o644);

  const write = (file: string, text: string, mode = 0o644) => {
    const path = join(dir, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
    return path;
  };
  const etc = (file: string, text: string, mode?: number) => void write(join('etc', file), text, mode);
  const groups = accounts.map((line) => line.split(':')).map(([name, , , gid]) => `${name}:x:${gid}:`);
  etc('passwd', [readFileSync('/etc/passwd', 'utf8').trimEnd(), ...accounts, ''].join('\n'));
  etc('group', [readFileSync('/etc/group', 'utf8').trimEnd(), ...groups, ''].join('\n'));

  const args = (command: string) => [join(servers, server), dir, 'sh', '-c', command];
  /** What runs, and when its output closes. */
  const running = new Map<ChildProcess, Promise<unknown>>();
  /** Where they listen. */
  const listening = new Set<number>();
  let output = '';
  const removeNow = () => {
    running.forEach((_, child) => child.kill('SIGKILL'));
    rmSync(dir, { recursive: true, force: true });
  };
  process.once('exit', removeNow);

  const halt = async () => {
    for (const [child, closed] of running) {
      child.kill('SIGKILL');
      await closed;
      running.delete(child);
    }
    // The kernel ends the rest of a namespace after its first process: until then they take connections.
    const free = async () => !(await Promise.all([...listening].map(accepts))).some(Boolean);
    await waitFor(`the end of ${server}`, free);
    listening.clear();
  };
  const stop = async () => {
    await halt();
    process.off('exit', removeNow);
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  return {
    ...{ dir, certificate, write, etc, halt, stop },
    folder: (name, owner = 0) => {
      const path = join(dir, name);
      mkdirSync(path);
      chownSync(path, owner, owner);
      return path;
    },
    run: (command) => execFileSync(SCRIPT, args(command), { encoding: 'utf8', stdio: 'pipe' }),
    start: async (command, ports) => {
      ports.forEach((port) => listening.add(port));
      const child = spawn(SCRIPT, args(command), { stdio: ['ignore', 'pipe', 'pipe'] });
      running.set(child, new Promise((resolve) => child.once('close', resolve)));
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
      const listens = async () => {
        if (child.exitCode !== null) throw new Error(`${server} ended`);
        return (await Promise.all(ports.map(accepts))).every(Boolean);
      };
      await waitFor(`${server} to listen`, listens).catch(async (error: Error) => {
        await stop();
        throw new Error(`${error.message}:\n${output}`);
      });
    },
  };
}

/** Numbers of the user that owns mail where a server wants no account for it. */
export const NOBODY = 65534;

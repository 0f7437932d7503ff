// The real mail server and browser that the tests use, from Debian, and the runtimes for debian-clients.mjs.
import { execFileSync } from 'node:child_process';
import { run, step } from './progress.mjs';

const PACKAGES = ['dovecot-imapd', 'dovecot-pop3d', 'dovecot-submissiond', 'chromium', 'openssl', 'python3'];

/** Makes sure that they are installed. Tests are never skipped because a server is missing. */
export async function debianPackages() {
  const missing = PACKAGES.filter((name) => !isInstalled(name));
  // Any version of Java works.
  if (succeeds('java', ['-version']) === undefined) missing.push('default-jre-headless');
  if (!missing.length) return;
  const byHand = `apt-get update && apt-get install --no-install-recommends ${missing.join(' ')}`;
  const aptGet = aptGetAsRoot();
  if (!aptGet) {
    throw new Error(
      `The tests need ${missing.join(', ')}, and this process may not install them. Run, as root:\n  ${byHand}`,
    );
  }
  await step(`Installing ${missing.join(', ')}`, async () => {
    try {
      await aptGet('update');
      const wait = ['-o', 'DPkg::Lock::Timeout=300'];
      await aptGet('install', '--yes', '--no-install-recommends', ...wait, ...missing);
    } catch (error) {
      throw new Error(`${/** @type {Error} */ (error).message}\nTo do it by hand, as root:\n  ${byHand}`);
    }
  });
}

/** @returns {((...args: string[]) => Promise<void>) | undefined} undefined if this process may not */
export function aptGetAsRoot() {
  const sudo = administrator();
  return (
    sudo &&
    (async (...args) => {
      const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
      await run(command, rest, { log: `apt-get-${args[0]}` });
    })
  );
}

/** @param {string} name */
function isInstalled(name) {
  return succeeds('dpkg-query', ['-W', '-f=${db:Status-Status}', name]) === 'installed';
}

/** The prefix for a command that needs root; undefined if root is not available. */
function administrator() {
  if (succeeds('apt-get', ['--version']) === undefined) return undefined;
  if (process.getuid?.() === 0) return [];
  return succeeds('sudo', ['-n', 'true']) === undefined ? undefined : ['sudo', '-n'];
}

/** @param {string} command @param {string[]} args @returns {string | undefined} its output */
function succeeds(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}

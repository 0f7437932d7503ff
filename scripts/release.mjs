// `npm run release -- patch` (or minor, major): the tests, the version, the changelog, a tag, and npm.
// `npm run release -- patch --dry-run` does all of it in a copy of the checkout, and publishes nothing.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseNotes } from './lib/changelog.mjs';
import { dependencies } from './lib/checkout.mjs';
import { root } from './lib/paths.mjs';

const [kind = '', ...flags] = process.argv.slice(2);
const dryRun = flags.includes('--dry-run');
const LEVELS = ['patch', 'minor', 'major'];

/** @param {string} cwd */
const shell =
  (cwd) =>
  (/** @type {string} */ command, /** @type {string[]} */ ...args) =>
    execFileSync(command, args, { cwd, stdio: ['inherit', 'inherit', 'inherit'] });
/** @param {string} command @param {string[]} args */
const output = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: 'utf8' }).trim();

/** @returns {string} where the release is made */
function workplace() {
  if (!dryRun) return root;
  const copy = mkdtempSync(join(tmpdir(), 'email-session-release-'));
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  execFileSync('git', ['clone', '--quiet', root, copy]);
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

async function release() {
  if (!LEVELS.includes(kind)) throw new Error(`Say what kind of release it is: ${LEVELS.join(', ')}.`);
  if (output('git', 'status', '--porcelain')) throw new Error('There are changes that are not committed.');
  if (output('git', 'rev-parse', '--abbrev-ref', 'HEAD') !== 'main')
    throw new Error('Releases are made on main.');
  await dependencies(process.execPath);
  const folder = workplace();
  const run = shell(folder);
  if (!dryRun) run('npm', 'test');
  run('npm', 'version', kind, '--no-git-tag-version');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const changelog = join(folder, 'CHANGELOG.md');
  const { text, notes } = releaseNotes(
    readFileSync(changelog, 'utf8'),
    version,
    new Date().toISOString().slice(0, 10),
  );
  writeFileSync(changelog, text);
  run('npm', 'run', 'build');
  run('git', 'commit', '--quiet', '-am', `Release ${version}`);
  run('git', 'tag', '-a', `v${version}`, '-m', notes);
  run('npm', 'publish', ...(dryRun ? ['--dry-run'] : []));
  if (!dryRun) run('git', 'push', '--follow-tags');
  console.log(`\n${dryRun ? 'Would release' : 'Released'} ${version}:\n\n${notes}`);
}

try {
  await release();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

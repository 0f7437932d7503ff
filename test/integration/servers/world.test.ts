import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { makeWorld } from '../../servers/debian/world';
import { waitFor } from '../../servers/wait';

/** How many processes have this text in their command line. */
const running = (text: string): number =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(text);
    } catch {
      return false;
    }
  }).length;

it('ends with the process that started it, even when that is killed', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'world-'));
  const mark = `sleep\0${1_000_000 + process.pid}`;
  const sleep = mark.replace('\0', ' ');
  // As servers do: in the background, in a session of its own, as another user.
  const servers = `setsid ${sleep} & setpriv --reuid 65534 --clear-groups ${sleep} & ${sleep}`;
  const world = [
    join(__dirname, '../../servers/debian/world.sh'),
    join(process.env.MAIL_SERVERS_DIR ?? dir, 'exim'),
  ];
  const args = JSON.stringify([world[1], dir, 'sh', '-c', servers]);
  const owner = spawn(process.execPath, [
    '-e',
    `require('child_process').spawn(${JSON.stringify(world[0])}, ${args})`,
  ]);
  try {
    await waitFor('the programs to run', () => running(mark) === 3);
    owner.kill('SIGKILL');
    await waitFor('the programs to end', () => running(mark) === 0, 5000);
  } finally {
    owner.kill('SIGKILL');
    rmSync(dir, { recursive: true });
  }
});

it('shows the output of a server that does not start', async () => {
  const world = makeWorld('exim');
  await expect(world.start('echo not today; exit 3', [1])).rejects.toThrow(/exim ended:\nnot today/);
});

it('leaves nothing on the system', async () => {
  const world = makeWorld('exim');
  expect(world.run('touch /etc/made /usr/made /var/made /run/made /tmp/made; command -v exim4')).toContain(
    'exim4',
  );
  for (const part of ['etc', 'usr', 'var', 'run', 'tmp'])
    expect(readdirSync(`/${part}`)).not.toContain('made');
  await world.stop();
});

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeWorld, NOBODY } from '../debian/world';
import { freePorts } from '../ports';

const USER = 'n8n';

export interface Postgresql {
  /** How n8n reaches it. */
  env: Record<string, string>;
  /** All that is in it, as SQL. */
  dump(): string;
  stop(): Promise<void>;
}

/** A real PostgreSQL on loopback, which forgets everything when it stops. */
export async function startPostgresql(): Promise<Postgresql> {
  const world = makeWorld('postgresql', [], 'QUEUE_SERVERS_DIR');
  const [port = 0] = await freePorts(1);
  const password = randomBytes(12).toString('hex');
  const passwordFile = world.write('password', password);
  const data = world.folder('data', NOBODY);
  const sql = join(world.dir, 'dump.sql');
  // It refuses to run as root. Its own IPC namespace, so that no shared memory outlives it.
  const asNobody = `exec unshare --ipc setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups`;
  const settings = [
    ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=60'],
    ...['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'jit=off', 'timezone=GMT'],
  ];
  const start = world.write(
    'start.sh',
    `set -e
${BIN}
initdb --pgdata ${data} --username ${USER} --pwfile ${passwordFile} --auth scram-sha-256 \\
  --locale C --encoding UTF8 --no-sync >&2
exec postgres -D ${data} -p ${port} ${settings.map((setting) => `-c ${setting}`).join(' ')}
`,
  );
  await world.start(`${asNobody} sh ${start}`, [port]);
  return {
    env: {
      DB_TYPE: 'postgresdb',
      DB_POSTGRESDB_HOST: '127.0.0.1',
      DB_POSTGRESDB_PORT: String(port),
      DB_POSTGRESDB_DATABASE: 'postgres',
      DB_POSTGRESDB_USER: USER,
      DB_POSTGRESDB_PASSWORD: password,
    },
    dump: () => {
      const login = `PGPASSWORD=${password} pg_dump -h 127.0.0.1 -p ${port} -U ${USER}`;
      world.run(`${BIN}; ${login} --file ${sql} postgres`);
      return readFileSync(sql, 'utf8');
    },
    stop: world.stop,
  };
}

/** Debian keeps its programs where no PATH looks, in a folder for each version. */
const BIN = 'PATH=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1):$PATH';

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { makeWorld } from '../debian/world';
import { freePorts, LOOPBACK } from '../ports';

export interface Redis {
  /** How n8n reaches it. */
  env: Record<string, string>;
  /** Every command that it got since its start. */
  commands(): string;
  stop(): Promise<void>;
}

/** A real Redis on loopback, which forgets everything when it stops. */
export async function startRedis(): Promise<Redis> {
  const world = makeWorld('redis', [], 'QUEUE_SERVERS_DIR');
  const [port = 0] = await freePorts(1);
  const password = randomBytes(12).toString('hex');
  const config = world.write(
    'redis.conf',
    `bind 127.0.0.1
port ${port}
requirepass ${password}
dir ${world.dir}
save ""
`,
  );
  await world.start(`exec redis-server ${config}`, [port]);
  const seen = join(world.dir, 'commands');
  const stopWatching = await watch(port, password, seen);
  return {
    env: {
      QUEUE_BULL_REDIS_HOST: '127.0.0.1',
      QUEUE_BULL_REDIS_PORT: String(port),
      QUEUE_BULL_REDIS_PASSWORD: password,
    },
    commands: () => readFileSync(seen, 'utf8'),
    stop: async () => {
      await stopWatching();
      await world.stop();
    },
  };
}

/** MONITOR shows what passes through Redis and is never kept, such as a run's answer to a webhook. */
async function watch(port: number, password: string, file: string): Promise<() => Promise<void>> {
  const socket = connect(port, LOOPBACK);
  socket.on('error', () => undefined);
  const log = createWriteStream(file);
  socket.pipe(log);
  socket.write(`AUTH ${password}\r\nMONITOR\r\n`);
  await once(socket, 'data');
  return async () => {
    const written = once(log, 'close');
    socket.destroy();
    log.end();
    await written;
  };
}

import { existsSync, readFileSync } from 'node:fs';

const ESTABLISHED = '01';

/**
 * Connections open now on a server's ports, counted by the kernel on the server's side: neither the
 * client's nor the server's own idea of what is open can hide a leak from it.
 */
export function establishedOn(ports: readonly number[]): number {
  const wanted = new Set(ports);
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => {
      return state === ESTABLISHED && wanted.has(parseInt(local.split(':')[1] ?? '', 16));
    }).length;
}

import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { ProxyGate } from './proxy-gate';

/** ms; enough to notice a client that has hung up. */
const HANDSHAKE_TIMEOUT = 5000;
const VERSION = 5;
const NO_LOGIN = 0;
const USER_AND_PASSWORD = 2;
const NONE_OF_THESE = 0xff;
const CONNECT = 1;
const SUCCEEDED = 0;
const CONNECTION_REFUSED = 5;
const NOT_SUPPORTED = 7;

/** One client of a SOCKS 5 proxy, from its greeting until it is connected (RFC 1928, RFC 1929). */
export function serveSocks5(client: Socket, gate: ProxyGate): void {
  client.on('error', () => undefined);
  negotiate(client, gate).catch(() => client.destroy());
}

async function negotiate(client: Socket, gate: ProxyGate): Promise<void> {
  const [, count = 0] = await take(client, 2);
  const offered = await take(client, count);
  const wanted = gate.options.login ? USER_AND_PASSWORD : NO_LOGIN;
  if (!offered.includes(wanted)) return void client.end(Buffer.from([VERSION, NONE_OF_THESE]));
  client.write(Buffer.from([VERSION, wanted]));
  if (wanted === USER_AND_PASSWORD) {
    await take(client, 1);
    const user = await text(client);
    const admitted = gate.admits(user, await text(client));
    const reply = Buffer.from([1, admitted ? 0 : 1]);
    if (!admitted) return void client.end(reply);
    client.write(reply);
  }
  const [, command, , type = 0] = await take(client, 4);
  const host = await address(client, type);
  const port = (await take(client, 2)).readUInt16BE();
  const answer = (code: number) => Buffer.from([VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0]);
  if (command !== CONNECT) return void client.end(answer(NOT_SUPPORTED));
  const upstream = await gate.dial(host, port).catch(() => undefined);
  if (!upstream) return void client.end(answer(CONNECTION_REFUSED));
  client.write(answer(SUCCEEDED));
  gate.join(client, upstream);
}

async function address(client: Socket, type: number): Promise<string> {
  if (type === 3) return text(client);
  const bytes = await take(client, type === 1 ? 4 : 16);
  return type === 1 ? bytes.join('.') : bytes.toString('hex').replace(/(....)(?!$)/g, '$1:');
}

/** A string after one byte that holds its length. */
const text = async (client: Socket) => (await take(client, (await take(client, 1))[0] ?? 0)).toString();

/** Exactly so many bytes; what follows them stays in the socket. */
async function take(client: Socket, count: number): Promise<Buffer> {
  if (count === 0) return Buffer.alloc(0);
  for (;;) {
    const bytes = client.read(count) as Buffer | null;
    if (bytes?.length === count) return bytes;
    if (client.readableEnded || client.destroyed) throw new Error('The client has hung up');
    await once(client, 'readable', { signal: AbortSignal.timeout(HANDSHAKE_TIMEOUT) });
  }
}

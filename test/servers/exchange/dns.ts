import { createSocket } from 'node:dgram';

import { LOOPBACK } from '../ports';

export interface SrvRecord {
  target: string;
  port: number;
  priority?: number;
}

export interface DnsServer {
  /** As `dns.setServers` takes it. */
  address: string;
  /** By the whole name, such as _autodiscover._tcp.example.test. */
  srv: Map<string, SrvRecord[]>;
  /** Whether it keeps silent. */
  silent: boolean;
  stop(): Promise<void>;
}

const SRV = 33;
const NO_SUCH_NAME = 3;

/** A name server (RFC 1035) that knows SRV records (RFC 2782) and nothing else. */
export async function startDns(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const state: DnsServer = {
    address: '',
    srv: new Map(),
    silent: false,
    stop: async () => await new Promise((resolve) => socket.close(() => resolve())),
  };
  socket.on('message', (query, { port, address }) => {
    if (state.silent) return;
    const { name, end } = questionOf(query);
    const records = state.srv.get(name.toLowerCase()) ?? [];
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (records.length > 0 ? 0 : NO_SUCH_NAME), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    const reply = [header, query.subarray(12, end), ...records.map(answer)];
    socket.send(Buffer.concat(reply), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, LOOPBACK, resolve));
  state.address = `${LOOPBACK}:${socket.address().port}`;
  return state;
}

function questionOf(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  while (query[at]) {
    const length = query[at] ?? 0;
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 5 };
}

function answer({ target, port, priority = 0 }: SrvRecord): Buffer {
  const labels = target
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const data = Buffer.concat([Buffer.alloc(6), ...labels, Buffer.from([0])]);
  data.writeUInt16BE(priority, 0);
  data.writeUInt16BE(port, 4);
  const head = Buffer.alloc(12);
  // The name is the question's.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(SRV, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

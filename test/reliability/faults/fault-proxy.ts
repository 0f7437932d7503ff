import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect as connectPlain, createServer, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';

import type { ServerCertificate } from '../../servers/authority';
import { listen, LOOPBACK } from '../../servers/ports';
import { garbage, GOODBYES, type Injection, type Wire } from './kinds';
import { tlsOver } from './tls-pipe';

export interface FaultProxy {
  port: number;
  /** Turns since `arm`: a connection is one, and so is everything that a client says in one go. */
  readonly turns: number;
  /** Clients' connections that are open now. */
  readonly open: number;
  /** Whether the fault has come. */
  readonly struck: boolean;
  /** Counts turns from 0 again, and fails once, at this turn; without a fault it only counts. */
  arm(plan?: Injection & { turn: number }): void;
  stop(): Promise<void>;
}

interface Target {
  port: number;
  /** Where the server speaks TLS itself, whose certificate nobody checks here. */
  tls: boolean;
  wire: Wire;
}

/**
 * Small enough for a client to have to put it together, and quick enough for one that does: bytes, and milliseconds,
 * as a busy machine is slow to drip.
 */
const DRIPS = 200;
const DRIPPING = 1000;

/** A server's port, which fails once, as it is told. Clients speak TLS with it. */
export async function startFaultProxy(target: Target, certificate: ServerCertificate): Promise<FaultProxy> {
  const secureContext = createSecureContext({
    cert: readFileSync(certificate.certFile),
    key: readFileSync(certificate.keyFile),
  });
  const clients = new Set<Socket>();
  const state = { turns: 0, struck: false, plan: undefined as (Injection & { turn: number }) | undefined };

  /** The injection that is due now, if one is: each turn asks once. */
  const due = (): Injection | undefined => {
    const turn = state.turns++;
    if (state.struck || state.plan?.turn !== turn) return undefined;
    state.struck = true;
    return state.plan;
  };

  const server = createServer((raw) => {
    clients.add(raw);
    raw.on('error', () => undefined).once('close', () => clients.delete(raw));
    raw.setNoDelay(true);
    // Unread input would keep the end of the client's side from being noticed.
    raw.resume();
    const atConnect = due();
    if (atConnect?.moment === 'before' && atConnect.fault === 'reset') return void raw.resetAndDestroy();
    if (atConnect?.moment === 'before' && atConnect.fault === 'fin') return void raw.end();
    const client = tlsOver(raw, secureContext);
    const upstream = target.tls
      ? connectTls({ host: LOOPBACK, port: target.port, rejectUnauthorized: false })
      : connectPlain(target.port, LOOPBACK);
    upstream.on('error', () => undefined);

    let mute = false;
    let clientSpoke = false;
    let pending: Injection | undefined = atConnect;
    const say = (bytes: Buffer | string) => void (client.writable && client.write(bytes));
    const end = () => {
      mute = true;
      upstream.destroy();
      client.end();
    };
    const strike = (fault: Injection['fault']) => {
      switch (fault) {
        case 'reset':
          mute = true;
          upstream.destroy();
          return void raw.resetAndDestroy();
        case 'fin':
          return end();
        case 'bye':
          say(GOODBYES[target.wire]);
          return end();
        case 'garbage':
          return say(garbage());
        case 'tlsBreak':
          mute = true;
          upstream.destroy();
          return void raw.write(randomBytes(64));
        default:
          mute = true;
      }
    };
    const drip = async (bytes: Buffer) => {
      const end = Date.now() + DRIPPING;
      let at = 0;
      for (; at < Math.min(DRIPS, bytes.length) && Date.now() < end; at++) {
        say(bytes.subarray(at, at + 1));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      say(bytes.subarray(at));
    };
    let dripping = Promise.resolve();

    client.on('data', (chunk: Buffer) => {
      if (mute) return;
      if (!clientSpoke) {
        clientSpoke = true;
        // At a connection where the server does not speak first, what is to come of its answer comes of this one.
        pending = due() ?? pending;
        if (pending?.moment === 'before') {
          const { fault } = pending;
          pending = undefined;
          return strike(fault);
        }
      }
      if (upstream.writable) upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (mute) return;
      clientSpoke = false;
      if (pending) {
        const { fault, moment } = pending;
        pending = undefined;
        if (fault === 'drip') return void (dripping = drip(chunk));
        if (moment === 'middle') say(chunk.subarray(0, Math.floor(chunk.length / 2)));
        return strike(fault);
      }
      dripping = dripping.then(() => say(chunk));
    });
    // At the connection itself: nobody has said a word yet.
    if (pending?.moment === 'before') {
      const { fault } = pending;
      pending = undefined;
      client.once('secure', () => strike(fault));
    }
    upstream.on('close', () => void dripping.then(() => mute || client.end()));
    raw.on('close', () => upstream.destroy());
  });

  return {
    port: await listen(server),
    get turns() {
      return state.turns;
    },
    get open() {
      return clients.size;
    },
    get struck() {
      return state.struck;
    },
    arm: (plan) => {
      Object.assign(state, { turns: 0, struck: false, plan });
    },
    stop: () => {
      clients.forEach((client) => client.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

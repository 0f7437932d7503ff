import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate } from '../test/servers/authority';
import { startDovecot, type Dovecot } from '../test/servers/dovecot';
import { deliver, mail } from '../test/servers/mailbox';
import { LOOPBACK } from '../test/servers/ports';
import { startWire, type Wire } from '../test/servers/wire';
import { startLatency } from './latency';
import { startTlsFront } from './tls-front';

export const USER = 'alice@example.test';
const PASSWORD = 'alice-secret';
/** More than are listed, so that the newest have to be picked out. */
const MESSAGES = 500;

/** How to log in. All ways under test get the same account. */
export interface Account {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Certificate (PEM) of the authority to trust. */
  ca: string;
}

export interface Lab {
  dovecot: Dovecot;
  wire: Wire;
  /** The account as seen from a place this far from the server, in milliseconds for a round trip. */
  accountAt(roundTrip: number): Promise<Account>;
  stop(): Promise<void>;
}

/** client → latency → TLS → counting wire → Dovecot; one Dovecot and one wire for everything. */
export async function startLab(): Promise<Lab> {
  const dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  deliver(dovecot, USER, 'INBOX', inbox());
  const wire = await startWire(dovecot.ports.imap);
  const dir = mkdtempSync(join(tmpdir(), 'email-session-bench-tls-'));
  const certificate = issueCertificate(dir);
  const front = await startTlsFront(wire.port, certificate);
  rmSync(dir, { recursive: true, force: true });
  const proxies = [front];
  const portAt = async (roundTrip: number) => {
    if (roundTrip === 0) return front.port;
    const proxy = await startLatency(front.port, roundTrip / 2);
    proxies.push(proxy);
    return proxy.port;
  };
  return {
    dovecot,
    wire,
    accountAt: async (roundTrip) => ({
      // An IP address, because a name lookup would be measured too.
      host: LOOPBACK,
      port: await portAt(roundTrip),
      user: USER,
      password: PASSWORD,
      ca: certificate.ca,
    }),
    stop: async () => {
      await Promise.all(proxies.map(async (proxy) => await proxy.stop()));
      await wire.stop();
      await dovecot.stop();
    },
  };
}

/** Typical mail: text and HTML, an attachment in every fifth message, half of it read. */
function inbox() {
  return Array.from({ length: MESSAGES }, (_, i) => {
    const report = { filename: `report-${i}.pdf`, contentType: 'application/pdf', content: 'x'.repeat(2000) };
    const raw = mail({
      from: `Sender ${i % 40} <sender${i % 40}@example.test>`,
      subject: `Order ${i}: what was asked and what was answered`,
      text: `Dear Alice, this is message ${i}.\n`.repeat(20),
      html: `<p>Dear Alice, this is message ${i}.</p>`.repeat(20),
      attachments: i % 5 === 0 ? [report] : [],
    });
    return { raw, read: i % 2 === 0 };
  });
}

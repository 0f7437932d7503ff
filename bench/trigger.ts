// Started by scripts/bench.mjs as `npm run bench -- trigger`. See README.md.
import { createServer } from 'node:http';

import { ImapFlow } from 'imapflow';

import { memoryProbe } from '../test/load/memory';
import { startDovecot, type Dovecot } from '../test/servers/dovecot';
import { deliver, mail } from '../test/servers/mailbox';
import { restClient, type Stored } from '../test/servers/n8n';
import { listen, LOOPBACK } from '../test/servers/ports';
import { startSingle } from '../test/servers/single';
import { sleep, waitFor } from '../test/servers/wait';
import { startWire } from '../test/servers/wire';
import { markdownTable, median, ms } from './report';
import { runProgram, say } from './program';
import { writeSection } from './readme';
import { publishTrigger, type Who } from './trigger-workflows';

/** Who hears of a message: a trigger, or a client that does nothing but IDLE, as the floor. */
type Listener = Who | 'idle';

const NAMES: Record<Listener, string> = { ours: 'Email Trigger', n8n: 'n8n’s trigger', idle: 'bare IDLE' };
const WHO: readonly Who[] = ['ours', 'n8n'];
/** Messages to each trigger in each phase. */
const MESSAGES = Number(process.env.BENCH_MESSAGES) || 100;
const RESETS = 20;
/** Triggers whose memory is measured, each on an account of its own. */
const AT_REST = 20;
/** Milliseconds in which nothing more starts: then what is missing is lost. */
const QUIET = 30_000;

const user = (who: string) => `${who}@example.test`;
const resting = Array.from({ length: AT_REST }, (_, index) => user(`rest${index}`));

/** When which message was told of, by the runs of each trigger. */
class Told {
  private readonly times = new Map<string, number[]>();
  last = Date.now();

  add(who: string, subject: string): void {
    this.last = Date.now();
    const key = `${who} ${subject}`;
    this.times.set(key, [...(this.times.get(key) ?? []), this.last]);
  }

  of(who: Listener, subject: string): readonly number[] {
    return this.times.get(`${who} ${subject}`) ?? [];
  }
}

type Sent = ReadonlyMap<string, number>;

function row(title: string, who: Listener, sent: Sent, told: Told): string[] {
  const heard = [...sent].map(([subject, at]) => told.of(who, subject).map((time) => time - at));
  const delays = heard.flatMap((times) => times.slice(0, 1)).sort((a, b) => a - b);
  const p99 = delays[Math.ceil(delays.length * 0.99) - 1] ?? NaN;
  return [
    `${title}: ${NAMES[who]}`,
    `${sent.size}`,
    `${heard.filter(({ length }) => length === 0).length}`,
    `${heard.filter(({ length }) => length > 1).length}`,
    ...[median(delays), p99, delays.at(-1) ?? NaN].map(ms),
  ];
}

/** Tells when the server reports each message to a client in IDLE (RFC 2177), which cannot be faster. */
async function idle({ ports, users, ca }: Dovecot, heard: () => void): Promise<ImapFlow> {
  const auth = { user: user('idle'), pass: users[user('idle')] ?? '' };
  const flow = new ImapFlow({
    host: LOOPBACK,
    port: ports.imaps,
    secure: true,
    tls: { ca },
    auth,
    logger: false,
  });
  flow.on('error', () => {});
  await flow.connect();
  await flow.mailboxOpen('INBOX');
  flow.on('exists', heard);
  void flow.idle().catch(() => {});
  return flow;
}

async function main(): Promise<void> {
  const told = new Told();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { who, subject } = JSON.parse(body) as { who: string; subject: string };
      told.add(who, subject);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  const url = `http://${LOOPBACK}:${await listen(server)}/`;
  const users = [...WHO.map(user), user('idle'), ...resting];
  const dovecot = await startDovecot({
    users: Object.fromEntries(users.map((name) => [name, `secret of ${name}`])),
  });
  const wire = await startWire(dovecot.ports.imap);
  const probe = memoryProbe();
  const n8n = await startSingle({ tarball: process.env.PACKAGE_TARBALL ?? '', env: probe.env });
  const rest = await restClient(n8n.url, n8n.signedIn);
  const account = (name: string) => ({
    ...{ host: LOOPBACK, port: wire.port },
    ...{ user: name, password: dovecot.users[name] ?? '' },
  });

  /** One message to each trigger. */
  const send = (subject: string): number => {
    const at = Date.now();
    for (const who of WHO) {
      const raw = mail({ to: user(who), subject, text: `This is ${subject}.\n`.repeat(20) });
      deliver(dovecot, user(who), 'INBOX', [raw]);
    }
    return at;
  };
  const between = Math.floor(MESSAGES / RESETS);
  const phase = async (
    title: string,
    count: number,
    every: number,
    each: (index: number) => Promise<void> = async () => {},
  ) => {
    const sent = new Map<string, number>();
    const missing = () =>
      WHO.some((who) => [...sent.keys()].some((subject) => told.of(who, subject).length === 0));
    for (let index = 0; index < count; index++) {
      await each(index);
      const subject = `${title} ${index}`;
      sent.set(subject, send(subject));
      await sleep(every);
    }
    const quietSince = Date.now();
    while (missing() && Date.now() - Math.max(told.last, quietSince) < QUIET) await sleep(250);
    // A second run for the same message may come later than the first.
    await sleep(3_000);
    const rows = WHO.map((who) => row(title, who, sent, told));
    rows.forEach((one) => say(one.join('  ')));
    return rows;
  };

  /** The same messages at rest, for the floor. */
  const atRest = async (): Promise<string[]> => {
    const sent = new Map<string, number>();
    const subject = () => `bare ${sent.size}`;
    const flow = await idle(dovecot, () => told.add('idle', subject()));
    for (let index = 0; index < 5; index++) {
      await sleep(2_000);
      const at = Date.now();
      deliver(dovecot, user('idle'), 'INBOX', [mail({ to: user('idle'), subject: subject() })]);
      await waitFor('the report', () => told.of('idle', subject()).length > 0, 10_000, 5);
      sent.set(subject(), at);
    }
    flow.close();
    const bare = row('one every 2 s', 'idle', sent, told);
    say(bare.join('  '));
    return bare;
  };

  try {
    for (const who of WHO) await publishTrigger(who, rest, account(user(who)), url);
    await waitFor('both to listen', () => wire.open >= 2, 30_000);
    await sleep(2_000);
    send('first');
    await waitFor('both', () => WHO.every((who) => told.of(who, 'first').length > 0), 30_000, 100);

    const heap: string[][] = [];
    for (const who of WHO) {
      const [before, open] = [await probe.usage(n8n.pid), wire.open];
      const published: Stored[] = [];
      for (const name of resting) published.push(await publishTrigger(who, rest, account(name), url));
      await waitFor('all to listen', () => wire.open >= open + AT_REST, 60_000, 100);
      await sleep(3_000);
      const after = await probe.usage(n8n.pid);
      const more = (of: 'heap' | 'sockets') => (after[of] - before[of]) / AT_REST;
      heap.push([NAMES[who], more('heap').toFixed(2), more('sockets').toFixed(1)]);
      say(heap.at(-1)!.join('  '));
      for (const { id } of published) await rest.unpublish(id);
      await waitFor('those to end', () => wire.open <= open, 30_000, 100);
      await sleep(2_000);
    }
    const memory = markdownTable([`At rest, each of ${AT_REST}`, 'MB', 'connections'], heap);

    const rows = [
      ...(await phase('one every 17 s', 5, 17_000)),
      await atRest(),
      ...(await phase('one every 150 ms', MESSAGES, 150)),
      ...(await phase('among faults', MESSAGES, 400, async (index) => {
        if (index % between === between - 1) wire.resetAll();
        if (index === Math.floor(MESSAGES / 2)) await dovecot.restart();
      })),
    ];
    const head = ['', 'messages', 'lost', 'twice', 'median ms', 'p99 ms', 'worst ms'];
    const measured = markdownTable(head, rows);

    writeSection('trigger', `${measured}\n\n${memory}`);
    say(`\n${measured}\n\n${memory}`);
  } finally {
    await n8n.stop();
    probe.stop();
    await wire.stop();
    await dovecot.stop();
    server.close();
  }
}

runProgram(main);

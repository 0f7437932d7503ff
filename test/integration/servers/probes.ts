import type { Limit } from '../../servers/debian/limits';
import type { MailServer } from '../../servers/debian/mail-server';
import { mail } from '../../servers/mailbox';
import { quoted, type RawImap } from '../../servers/raw-imap';
import { sleep } from '../../servers/wait';

interface Probe {
  raw: RawImap;
  /** Another connection to the same mailbox. */
  other(): Promise<RawImap>;
  /** The path of a folder of this name. */
  at(name: string): string;
}

const isOk = (lines: string[]) => / OK/i.test(lines.at(-1) ?? '');
const accepts = async (raw: RawImap, ...parts: (string | Buffer)[]) => isOk(await raw.command(...parts));
const offers =
  (word: string) =>
  async ({ raw }: Probe) =>
    (await raw.command('CAPABILITY')).some((line) => line.split(' ').includes(word));

/** A new folder with messages in it, which is selected. */
async function filled({ raw, at }: Probe, name: string, ...messages: Buffer[]): Promise<void> {
  await raw.deliver(
    at(name),
    messages.map((message) => ({ raw: message })),
  );
  await raw.ok(`SELECT ${quoted(at(name))}`);
}

const raws = (source: string) => Buffer.from(source, 'latin1');

/** Whether a server can do what `LIMITS` names, seen without the product. */
const PROBES: Record<Limit, (probe: Probe) => Promise<boolean>> = {
  anyName: async ({ raw, at }) => await accepts(raw, `CREATE ${quoted(at('Any <b> "c"'))}`),
  plainNames: async ({ raw }) => await accepts(raw, 'CREATE Plain'),
  nested: async ({ raw, at }) => {
    await raw.ok(`CREATE ${quoted(at('Nest'))}`);
    const [, delimiter = '/'] = /"(.)"/.exec((await raw.ok(`LIST "" ${quoted(at('Nest'))}`))[0] ?? '') ?? [];
    return await accepts(raw, `CREATE ${quoted(at(`Nest${delimiter}Inner`))}`);
  },
  specialUse: offers('SPECIAL-USE'),
  newIds: offers('UIDPLUS'),
  move: offers('MOVE'),
  keywords: async (probe) => {
    await filled(probe, 'Keywords', mail());
    await probe.raw.command('STORE 1 +FLAGS (Invoice)');
    return (await probe.raw.command('FETCH 1 FLAGS')).some((line) => line.includes('Invoice'));
  },
  searchesKeywords: async (probe) => {
    await filled(probe, 'Lacks', mail());
    const searcher = await probe.other();
    await searcher.ok(`SELECT ${quoted(probe.at('Lacks'))}`);
    const answer = await searcher.command('SEARCH UNKEYWORD Invoice').catch((): string[] => []);
    await searcher.close();
    return answer.includes('* SEARCH 1');
  },
  bareLf: async ({ raw, at }) => {
    await raw.ok(`CREATE ${quoted(at('Lf'))}`);
    return await accepts(raw, `APPEND ${quoted(at('Lf'))} `, raws('Subject: LF\n\none\ntwo\n'));
  },
  eightBit: async (probe) => {
    await filled(probe, 'Bytes', raws('Subject: gr\xfc\xdfe\r\n\r\nx\r\n'));
    return (await probe.raw.ok('FETCH 1 BODY[HEADER]')).some((line) => line.includes('gr\xfc\xdfe'));
  },
  idle: async (probe) => {
    await filled(probe, 'News', mail());
    const other = await probe.other();
    const idling = probe.raw.idle(2000);
    await sleep(300);
    await other.deliver(probe.at('News'), [{ raw: mail() }]);
    await other.close();
    return (await idling).some((line) => line.includes(' EXISTS'));
  },
  expunges: async (probe) => {
    await filled(probe, 'Shared', mail(), mail());
    const other = await probe.other();
    await other.ok(`SELECT ${quoted(probe.at('Shared'))}`);
    await other.ok('STORE 1 +FLAGS (\\Deleted)');
    await other.ok('EXPUNGE');
    await other.close();
    return (await probe.raw.ok('NOOP')).some((line) => line.includes(' EXPUNGE'));
  },
  lastingUids: async (probe) => {
    await probe.raw.deliver(probe.at('Lasting'), [{ raw: mail() }]);
    const select = async (raw: RawImap) =>
      /UIDVALIDITY (\d+)/.exec((await raw.ok(`SELECT ${quoted(probe.at('Lasting'))}`)).join('\n'))?.[1];
    const other = await probe.other();
    const first = await select(other);
    // GNU Mailutils takes the time of a delivery, in seconds.
    await sleep(1100);
    await other.deliver(probe.at('Lasting'), [{ raw: mail() }]);
    const second = await select(other);
    await other.close();
    return first === second;
  },
};

/** What the server cannot do, in the order of `LIMITS`. */
export async function findLimits(server: MailServer): Promise<Limit[]> {
  const limits: Limit[] = [];
  const other = async () => await server.raw('probes');
  for (const [limit, probe] of Object.entries(PROBES) as [Limit, (typeof PROBES)[Limit]][]) {
    const raw = await other();
    if (!(await probe({ raw, other, at: (name) => server.prefix + name }))) limits.push(limit);
    await raw.close();
  }
  return limits;
}

import type { Protocol } from '../../../mail/account/providers';
import type { MailClient } from '../../../mail/model/client';
import type { Session } from '../../../mail/session/session';
import { PATIENCE } from '../seed';
import { sleep } from '../../servers/wait';
import { endingOf, judge, type Ending, type Reference } from './judge';
import { INJECTIONS, type Injection } from './kinds';
import { startLab, type Account, type Lab, type Place } from './labs';
import { OPERATIONS, type Found, type Operation } from './operations';

/** A fault at one turn of one operation over one protocol, at one of the servers that it speaks to. */
export interface Cell extends Injection {
  protocol: Protocol;
  operation: Operation;
  lane: number;
  turn: number;
}

export interface CellResult {
  cell: Cell;
  ending: string;
  problems: string[];
}

export const PROTOCOLS: readonly Protocol[] = ['imap', 'pop3', 'ews', 'graph'];

/** Over these 503 is the goodbye. */
const WEB: readonly Protocol[] = ['ews', 'graph'];

/** The login itself, which every session begins with. */
const LOGIN: Operation = {
  ...{ name: 'login', protocols: PROTOCOLS, changes: false },
  run: async () => await Promise.resolve('open'),
};

export const describeCell = ({ protocol, operation, lane, turn, fault, moment }: Cell): string =>
  `${protocol} ${operation.name}: ${fault} (${moment}) at turn ${turn}${lane > 0 ? ' of sending' : ''}`;

/** The servers of every protocol, and what each operation does at them where nothing fails. */
export class FaultRun {
  private readonly references = new Map<string, Reference>();

  private constructor(
    private readonly labs: ReadonlyMap<Protocol, Lab>,
    readonly cells: readonly Cell[],
    references: Map<string, Reference>,
  ) {
    this.references = references;
  }

  static async start(protocols: readonly Protocol[] = PROTOCOLS): Promise<FaultRun> {
    const labs = new Map<Protocol, Lab>();
    for (const protocol of protocols) labs.set(protocol, await startLab(protocol));
    const references = new Map<string, Reference>();
    const cells: Cell[] = [];
    const trials = protocols.flatMap((protocol) =>
      [LOGIN, ...OPERATIONS.filter((one) => one.protocols.includes(protocol))].map((operation) => ({
        protocol,
        operation,
      })),
    );
    await inPlaces(labs, trials, 4, async ({ protocol, operation }, place) => {
      const reference = await patiently(async () => await withoutFault(place, operation));
      references.set(keyOf(protocol, operation), reference);
    });
    for (const { protocol, operation } of trials) {
      references.get(keyOf(protocol, operation))?.turns.forEach((turns, lane) => {
        for (let turn = 0; turn < turns; turn++)
          for (const injection of INJECTIONS) cells.push({ protocol, operation, lane, turn, ...injection });
      });
    }
    return new FaultRun(labs, cells, references);
  }

  /**
   * Tries cells, many at a time: most of them are a wait.
   *
   * @param stop answers true where the time is up
   */
  async try(
    cells: readonly Cell[],
    {
      width,
      stop = () => false,
      report = () => undefined,
    }: {
      width: number;
      stop?: () => boolean;
      report?: (result: CellResult) => unknown;
    },
  ): Promise<CellResult[]> {
    const results: CellResult[] = [];
    await inPlaces(this.labs, cells, width, async (cell, place) => {
      if (stop()) return;
      const result = await patiently(async () => await this.tryOne(cell, place)).catch((error: unknown) =>
        notTried(cell, error),
      );
      results.push(result);
      report(result);
    });
    return results;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.labs.values()].map((lab) => lab.stop()));
  }

  private async tryOne(cell: Cell, place: Place): Promise<CellResult> {
    const { protocol, operation } = cell;
    const reference = this.references.get(keyOf(protocol, operation))!;
    const account = await place.account();
    const attempted = await attempt(place, account, operation, () => place.lanes[cell.lane]!.arm(cell));
    const ending = { ...attempted, waits: cell.fault === 'bye' && WEB.includes(protocol) ? 1 : 0 };
    return { cell, ending: endingOf(ending), problems: judge(operation, reference, ending) };
  }
}

/** One that cannot begin, or be looked at afterwards, must not hide the others. */
const notTried = (cell: Cell, error: unknown): CellResult => ({
  ...{ cell, ending: 'not tried' },
  problems: [`not tried: ${String(error)}`],
});

const keyOf = (protocol: Protocol, { name }: Operation): string => `${protocol} ${name}`;

async function inPlaces<T extends { protocol: Protocol }>(
  labs: ReadonlyMap<Protocol, Lab>,
  tasks: readonly T[],
  width: number,
  work: (task: T, place: Place) => Promise<void>,
): Promise<void> {
  await Promise.all(
    [...labs].map(async ([protocol, lab]) => {
      const queue = tasks.filter((task) => task.protocol === protocol);
      await Promise.all(
        Array.from({ length: Math.min(width, queue.length) }, async () => {
          const place = await lab.place();
          for (let task = queue.shift(); task; task = queue.shift()) await work(task, place);
          await place.stop();
        }),
      );
    }),
  );
}

async function withoutFault(place: Place, operation: Operation): Promise<Reference> {
  const account = await place.account();
  const before = await beforeOf(place, operation);
  let turns: number[] = [];
  const ending = await attempt(
    place,
    account,
    operation,
    () => undefined,
    () => (turns = place.lanes.map((lane) => lane.turns)),
  );
  if (ending.error !== undefined) throw ending.error;
  return { result: ending.result, before, after: ending.after, turns };
}

/** What an account holds when the operation begins. */
async function beforeOf(place: Place, operation: Operation): Promise<Reference['before']> {
  const account = await place.account();
  const session = account.session();
  await firstUse(session, account, operation);
  await session.close();
  return await account.snapshot();
}

async function prepared(client: MailClient, me: string, { prepare, name }: Operation): Promise<Found> {
  const needsAttachments = /Attachment/.test(name);
  const messages = await client.listMessages(
    'INBOX',
    {},
    { content: false, attachments: needsAttachments },
    10,
  );
  const ids = messages.map(({ id }) => id).reverse();
  return { client, me, ids, messages, draft: (await prepare?.(client, me)) ?? '' };
}

/** What a login is done to. */
const NOTHING: Omit<Found, 'client'> = { me: '', ids: [], messages: [], draft: '' };

/** Runs an operation in a session of its own, and looks at what became of it. */
async function attempt(
  place: Place,
  account: Account,
  operation: Operation,
  arm: () => void,
  onDone: () => void = () => undefined,
): Promise<Ending> {
  for (const lane of place.lanes) lane.arm();
  const session = account.session();
  let found: Found | undefined;
  if (operation !== LOGIN) {
    found = await firstUse(session, account, operation).catch(async (error: unknown) => {
      // Its connections would count for the next one that is tried here.
      await session.close();
      throw error;
    });
  }
  for (const lane of place.lanes) lane.arm();
  arm();
  const started = Date.now();
  const outcome = await session
    .use(
      async (client) => {
        return await operation.run({ ...(found ?? NOTHING), client });
      },
      { repeatable: !operation.changes },
    )
    .then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
  const took = Date.now() - started;
  onDone();
  for (const lane of place.lanes) lane.arm();
  await session.close();
  const socketsLeft = await openAfterAWhile(place);
  return { ...outcome, took, waits: 0, after: await account.snapshot(), socketsLeft };
}

/** Before anything is to fail: only a busy machine can make it late. */
async function firstUse(session: Session, { address }: Account, operation: Operation): Promise<Found> {
  return await patiently(
    async () =>
      await session.use(async (client) => await prepared(client, address, operation), { repeatable: true }),
  );
}

/** What only a busy machine can make fail is tried again. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 3; left > 0; left--) {
    const done = await work().catch(() => undefined);
    if (done !== undefined) return done;
    await sleep(500);
  }
  return await work();
}

async function openAfterAWhile({ lanes }: Place): Promise<number> {
  const open = () => lanes.reduce((sum, lane) => sum + lane.open, 0);
  for (let waited = 0; open() > 0 && waited < 6000 * PATIENCE; waited += 20) await sleep(20);
  return open();
}

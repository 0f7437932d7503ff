import type { Lab } from './lab';
import { waitFor } from '../test/servers/wait';

/** One way to do the work. Returns the UIDs of each listing, newest first; undefined if it lists nothing. */
export interface Way {
  title: string;
  run(): Promise<number[][] | undefined>;
}

export interface Measurement {
  title: string;
  /** Milliseconds, one for each round. */
  times: number[];
  /** The commands of one run, in their order. */
  commands: readonly string[];
  connections: number;
  logins: number;
}

const WARM_UP_ROUNDS = 2;

/** Runs all ways in turn, round by round, so that other load on the machine affects all of them. */
export async function measure(lab: Lab, ways: readonly Way[], rounds: number): Promise<Measurement[]> {
  const results: Array<Measurement | undefined> = ways.map(() => undefined);
  let expected: string | undefined;
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      // Each round starts with a different way, so that none always runs after the same other one.
      const index = (turn + round + WARM_UP_ROUNDS) % ways.length;
      const { lists, ...one } = await measureOnce(lab, ways[index]!);
      if (lists) {
        // A way that lists other mail, or none, cannot be compared.
        const seen = JSON.stringify(lists);
        expected ??= seen;
        if (seen !== expected) throw new Error(`"${one.title}" gave other messages than the way before it`);
      }
      const result = results[index];
      if (result && result.commands.join('\n') !== one.commands.join('\n')) {
        throw new Error(`"${one.title}" sent other commands than in the round before`);
      }
      if (result && round >= 0) result.times.push(one.time);
      results[index] ??= { ...one, times: [] };
    }
  }
  return results.filter((result) => result !== undefined);
}

async function measureOnce({ dovecot, wire }: Lab, { title, run }: Way) {
  const before = { commands: wire.commands.length, opened: wire.opened, logins: dovecot.logins() };
  const started = performance.now();
  const lists = await run();
  const time = performance.now() - started;
  await waitFor(`the connections of "${title}" to end`, () => wire.open === 0);
  const commands = wire.commands.slice(before.commands);
  const logins = commands.filter((command) => /^(LOGIN|AUTHENTICATE)\b/i.test(command)).length;
  // The server's own count; its log may come a moment later.
  await waitFor(
    `Dovecot to log ${logins} logins of "${title}"`,
    () => dovecot.logins() - before.logins === logins,
  );
  return { title, time, lists, commands, connections: wire.opened - before.opened, logins };
}

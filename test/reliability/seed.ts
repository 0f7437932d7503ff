import { random } from '../unit/random';

/** Another one in every run; FAULT_SEED repeats a run. */
export const newSeed = (): number => Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** So many of these, the same ones for the same seed. */
export function chosen<T>(all: readonly T[], count: number, seed: number): T[] {
  const next = random(seed);
  return all
    .map((one) => [next(), one] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, count)
    .map(([, one]) => one);
}

/** Whether everything is tried, and written down, and not a sample. */
export const WHOLE = process.env.RELIABILITY === 'whole';

/** How long each part may take then. */
export const WHOLE_MINUTES = WHOLE ? Number(process.env.RELIABILITY_MINUTES ?? 30) : 5;

/** How many times as long everything may take, on a machine that has much else to do. */
export const PATIENCE = Number(process.env.RELIABILITY_PATIENCE ?? 1);

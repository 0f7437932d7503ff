/** Milliseconds of the processor's time in this process: a machine that does other work is slower by the clock. */
export function processorTime(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

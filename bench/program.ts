export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs one of the bench's programs. What its servers leave behind goes when the process exits, and only then. */
export function runProgram(main: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  main().then(
    // Exits explicitly, because n8n's modules leave timers running.
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
}

// The end of a command that runs until the user stops it: stops all that it started, the newest first.

/** @type {(() => unknown)[]} */
const cleanups = [];
let stopping = false;

/** Whether the end has begun. Errors from then on are caused by it. */
export const isEnding = () => stopping;

/** @param {() => unknown} cleanup what to do at the end */
export const atEnd = (cleanup) => void cleanups.push(cleanup);

/** @param {number} code the exit code of this process */
export async function end(code) {
  if (stopping) return;
  stopping = true;
  for (const cleanup of cleanups.reverse()) await cleanup();
  process.exit(code);
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    if (stopping) process.exit(130); // asked twice
    console.log('\nStopping …');
    void end(130);
  });
}

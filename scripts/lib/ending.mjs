// The end of a command that runs until a person stops it: what it has started is stopped, the newest first.

/** @type {(() => unknown)[]} */
const cleanups = [];
let stopping = false;

/** Whether the end has begun, so that what breaks now breaks because of it. */
export const isEnding = () => stopping;

/** @param {() => unknown} cleanup to be done at the end */
export const atEnd = (cleanup) => void cleanups.push(cleanup);

/** @param {number} code of this process */
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

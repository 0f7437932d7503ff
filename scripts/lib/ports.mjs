// Free ports on the loopback interface.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A port that was free a moment ago. It is none of those that the system gives to a program that asks for any port,
 * so that nobody takes it before a server listens there, or while that server restarts.
 *
 * @param {number} [wanted] taken if it is free, otherwise any free port
 * @returns {Promise<number>}
 */
export async function freePort(wanted = randomInt(10_000, 32_000)) {
  return (await isFree(wanted)) ? wanted : await freePort();
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

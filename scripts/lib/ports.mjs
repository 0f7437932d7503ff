// Free ports on the loopback interface.
import { createServer } from 'node:net';

/**
 * @param {number} [wanted] taken if it is free, otherwise any free port
 * @returns {Promise<number>}
 */
export async function freePort(wanted = 0) {
  return await tryPort(wanted).catch(() => tryPort(0));
}

/** @param {number} port @returns {Promise<number>} */
function tryPort(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const { port: got } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(got));
    });
  });
}

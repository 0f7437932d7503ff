// The demo's mail server: hoodiecrow-imap, in this process, in memory, reachable from this machine only.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { messages } from './demo-messages.mjs';
import { freePort } from './ports.mjs';

const HOST = '127.0.0.1';
const PLUGINS = [
  'ID',
  'SASL-IR',
  'AUTH-PLAIN',
  'NAMESPACE',
  'IDLE',
  'ENABLE',
  'LITERALPLUS',
  'UNSELECT',
  'SPECIAL-USE',
];

/**
 * @typedef {object} DemoMail
 * @property {{ host: string, port: number, security: 'none', user: string, password: string }} account
 * @property {() => number} connections how many connections it has taken so far
 * @property {() => void} stop
 */

/** @returns {Promise<DemoMail>} */
export async function startDemoMail() {
  // Imported only now, because the dependencies may have been installed a moment ago.
  const hoodiecrow = createRequire(import.meta.url)('hoodiecrow-imap');
  const user = 'demo';
  const password = randomBytes(9).toString('base64url');
  const port = await freePort(1143);
  const server = hoodiecrow({
    plugins: PLUGINS,
    users: { [user]: { password } },
    storage: {
      INBOX: { messages: messages.INBOX },
      '': {
        separator: '/',
        folders: { Archive: { 'special-use': '\\Archive', messages: messages.Archive } },
      },
    },
  });
  let connections = 0;
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  server.server.on('connection', (/** @type {import('node:net').Socket} */ socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // a client that disconnects
  });
  await new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const stop = () => {
    server.server.close();
    sockets.forEach((socket) => socket.destroy());
  };
  return {
    account: { host: HOST, port, security: 'none', user, password },
    connections: () => connections,
    stop,
  };
}

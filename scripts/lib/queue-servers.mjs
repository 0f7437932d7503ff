// What n8n in queue mode needs: a PostgreSQL and a Redis.
import { pathToFileURL } from 'node:url';
import { debianServers } from './debian-servers.mjs';

/** Each server's packages. */
const SERVERS = { postgresql: ['postgresql'], redis: ['redis-server', 'redis-tools'] };

/** @returns {Promise<string>} the folder that holds one folder for each server, as `/` would be */
export const queueServers = async () => await debianServers('queue-servers', '40 MB', SERVERS);

// Run directly, it prints the folder, for tests.
if (import.meta.url === pathToFileURL(String(process.argv[1])).href) console.log(await queueServers());

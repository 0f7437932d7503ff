import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { readWhole } from '../../../mail/net/body';
import { HttpsClient } from '../../../mail/net/https-client';
import { issueCertificate } from '../../servers/authority';
import { listen } from '../../servers/ports';
import { waitFor } from '../../servers/wait';

const dir = mkdtempSync(join(tmpdir(), 'https-'));
const { ca, certFile, keyFile } = issueCertificate(dir);
const PIECE = Buffer.alloc(64 * 1024, 1);

let server: Server;
let url: URL;
/** What the server does with a request. */
let behave: (response: ServerResponse, request: IncomingMessage) => void;

beforeAll(async () => {
  const tls = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
  server = createServer(tls, (request, response) => behave(response, request));
  url = new URL(`https://localhost:${await listen(server)}/`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true });
});

const get = async (client: HttpsClient) =>
  await client.send({ method: 'GET', url, headers: {} }, { timeout: 300 });

it('waits for a slow reader, and watches the server again when the reader goes on', async () => {
  // More than anybody buffers on the way, and then nothing.
  behave = (response) => {
    response.writeHead(200, { 'content-length': 10_000_000 });
    for (let n = 0; n < 100; n++) response.write(PIECE);
  };
  const client = new HttpsClient({ caCertificate: ca }, 1);
  const reply = await get(client);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(reply.destroyed).toBe(false);
  const started = Date.now();
  await expect(buffer(reply)).rejects.toMatchObject({ code: 'ESILENCE' });
  expect(Date.now() - started).toBeLessThan(2000);
  client.close();
});

it('reports silence within a reply as silence', async () => {
  behave = (response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('half');
  };
  const client = new HttpsClient({ caCertificate: ca }, 1);
  await expect(buffer(await get(client))).rejects.toMatchObject({ code: 'ESILENCE' });
  client.close();
});

it('gets no compressed reply from a server that compresses where it may', async () => {
  const encodes = ({ headers }: IncomingMessage) =>
    /gzip|\*/.test(headers['accept-encoding'] ?? '*') ? gzipSync('text') : 'text';
  behave = (response, request) => void response.end(encodes(request));
  const client = new HttpsClient({ caCertificate: ca }, 1);
  expect((await buffer(await get(client))).toString()).toBe('text');
  client.close();
});

it('follows no redirect', async () => {
  behave = (response) => void response.writeHead(302, { location: 'https://localhost:1/' }).end();
  const client = new HttpsClient({ caCertificate: ca }, 1);
  const reply = await get(client);
  expect(reply.statusCode).toBe(302);
  reply.resume();
  client.close();
});

it('stops a reply that is longer than the reader allows', async () => {
  let gone = false;
  behave = (response) => {
    response.once('close', () => (gone = true));
    const more = () => {
      while (!gone && response.write(PIECE));
      response.once('drain', more);
    };
    more();
  };
  const client = new HttpsClient({ caCertificate: ca }, 1);
  await expect(readWhole(1024 * 1024, await get(client))).rejects.toThrow('too long');
  await waitFor('the end of the reply', () => gone);
  client.close();
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket, createSecureContext } from 'node:tls';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import { compose } from '../../../mail/mime/compose';
import type { MailServerSessionSettings } from '../../../mail/account/session-settings';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import { issueCertificate, type ServerCertificate } from '../../servers/authority';
import { listen } from '../../servers/ports';
import { ALICE } from '../fixture';
import { agreeable } from './scripted';

const folder = mkdtempSync(join(tmpdir(), 'starttls-'));
const sockets = new Set<Socket>();
/** The commands that came over TLS. */
const encrypted: string[] = [];
let certificate: ServerCertificate;
let server: Server;
let port: number;

/** What somebody on the way puts behind the server's "go on", before the encryption begins. */
const INJECTED = ['250-injected\r\n250 AUTH XINJECTED\r\n', '250 AUTH XINJEC'];

/** Answers one connection with what is scripted, after a STARTTLS that has been tampered with. */
function serve(socket: Socket, injected: string): void {
  sockets.add(socket);
  socket.on('error', () => undefined).write('220 ready\r\n');
  socket.on('data', function plain(chunk: Buffer) {
    if (!chunk.toString().startsWith('STARTTLS')) return void socket.write('250-here\r\n250 STARTTLS\r\n');
    socket.off('data', plain);
    socket.write(`220 go on\r\n${injected}`);
    const secureContext = createSecureContext({
      key: readFileSync(certificate.keyFile),
      cert: readFileSync(certificate.certFile),
    });
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    secure.on('error', () => undefined);
    secure.on('data', (bytes: Buffer) => {
      for (const line of bytes.toString().split('\r\n').filter(Boolean)) {
        encrypted.push(line);
        const answer = agreeable(line);
        if (answer) secure.write(`${answer}\r\n`);
      }
    });
  });
}

beforeAll(async () => {
  certificate = issueCertificate(folder);
  let connections = 0;
  server = createServer((socket) => serve(socket, INJECTED[connections++ % INJECTED.length] ?? ''));
  port = await listen(server);
});
afterAll(async () => {
  sockets.forEach((socket) => socket.destroy());
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

it.each(INJECTED)('ignores what the server said before the encryption, such as %j', async () => {
  encrypted.length = 0;
  const submission = new SmtpSubmission({
    submission: { host: 'localhost', port, security: 'starttls', caCertificate: certificate.ca },
    authenticator: new BasicAuthenticator(ALICE, 'secret'),
    timeouts: { connect: 2000, command: 1000, idle: 60_000 },
  } as Partial<MailServerSessionSettings> as MailServerSessionSettings);
  const letter = compose({ from: ALICE, to: 'bob@example.test', text: 'x' });
  const sent = await submission.send(letter, { keepContent: false });
  await submission.close();
  expect(sent.accepted).toEqual(['bob@example.test']);
  expect(encrypted.map((line) => line.split(' ')[0])).toEqual(
    expect.arrayContaining(['EHLO', 'AUTH', 'MAIL', 'DATA']),
  );
});

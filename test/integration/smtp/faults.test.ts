import type { Socket } from 'node:net';
import { Readable } from 'node:stream';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import { compose } from '../../../mail/mime/compose';
import type { OutgoingMessage } from '../../../mail/model/outgoing';
import type { MailServerSessionSettings } from '../../../mail/account/session-settings';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import { sleep, waitFor } from '../../servers/wait';
import { ALICE } from '../fixture';
import { agreeable, startScripted, type Scripted } from './scripted';

const PIPELINING = ['AUTH PLAIN', 'PIPELINING'];
const LARGE = 'x'.repeat(5_000_000);

describe.each([
  ['one command at a time', ['AUTH PLAIN']],
  ['with pipelining', PIPELINING],
])('a sending server that fails, %s', (_, capabilities) => {
  let server: Scripted;
  let submission: SmtpSubmission;

  const start = async (reply: Parameters<typeof startScripted>[0]): Promise<void> => {
    server = await startScripted(reply);
    submission = new SmtpSubmission({
      submission: { host: 'localhost', port: server.port, security: 'none' },
      authenticator: new BasicAuthenticator(ALICE, 'secret'),
      timeouts: { connect: 1000, command: 500, idle: 60_000 },
    } as Partial<MailServerSessionSettings> as MailServerSessionSettings);
  };
  const send = async (message: Partial<OutgoingMessage> = {}) =>
    await submission.send(compose({ from: ALICE, to: 'bob@example.test', text: 'x', ...message }), {
      keepContent: false,
    });
  const yes = (line: string) => agreeable(line, capabilities);
  const count = (start: string) => server.lines.filter((line) => line.startsWith(start)).length;
  /** The messages that arrived to their end. */
  const complete = () => server.lines.filter((line) => line === '.').length;

  afterEach(async () => {
    vi.restoreAllMocks();
    await submission.close();
    await waitFor('the connections to end', () => server.open() === 0, 10_000);
    await server.stop();
  });

  it.each<[string, string, string]>([
    ['after its end', 'SEND_UNCERTAIN', 'y'],
    ['in its middle', 'CONNECTION_LOST', 'y'.repeat(2 * LARGE.length)],
  ])('does not repeat a later message when the connection is lost %s', async (when, code, text) => {
    await start((line, __, socket) => {
      const fatal = when === 'after its end' ? line === '.' && complete() === 2 : line.startsWith('yyyy');
      return fatal ? void socket.destroy() : yes(line);
    });
    await send();
    await expect(send({ text })).rejects.toMatchObject({ code });
    await sleep(50);
    expect([server.opened, count('MAIL')]).toEqual([1, 2]);
  });

  it('may have sent a message when the connection is lost after its end, and it is not repeated', async () => {
    await start((line, __, socket) => (line === '.' ? void socket.destroy() : yes(line)));
    await expect(send()).rejects.toMatchObject({ code: 'SEND_UNCERTAIN' });
    await sleep(50);
    expect([server.opened, complete()]).toEqual([1, 1]);
  });

  it('may have sent a message when the server says nothing after its end', async () => {
    await start((line) => (line === '.' ? undefined : yes(line)));
    const started = Date.now();
    await expect(send()).rejects.toMatchObject({ code: 'SEND_UNCERTAIN' });
    expect(Date.now() - started).toBeLessThan(10_000);
    expect([server.opened, complete()]).toEqual([1, 1]);
  });

  it('may have sent a message when the server says rubbish after its end', async () => {
    await start((line) => (line === '.' ? 'what?' : yes(line)));
    await expect(send()).rejects.toMatchObject({ code: 'SEND_UNCERTAIN' });
    expect(server.opened).toBe(1);
  });

  it('has not sent a message when the connection is lost in its middle, and it is not repeated', async () => {
    await start((line, __, socket) => (line.startsWith('xxxx') ? void socket.destroy() : yes(line)));
    await expect(send({ text: `${LARGE}\n${LARGE}` })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await sleep(50);
    expect([server.opened, complete()]).toEqual([1, 0]);
  });

  it('has not sent a message that it refused in its middle', async () => {
    await start((line) => (line.startsWith('xxxx') ? '552 5.3.4 too much' : yes(line)));
    await expect(send({ text: `${LARGE}\n${LARGE}` })).rejects.toMatchObject({ code: 'SEND_REFUSED' });
    await sleep(50);
    expect(complete()).toBe(0);
  });

  it.each(['MAIL', 'RCPT', 'DATA'])('gives up on a server that falls silent at %s', async (command) => {
    await start((line) => (line.startsWith(command) ? undefined : yes(line)));
    const started = Date.now();
    await expect(send()).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT' });
    expect(Date.now() - started).toBeLessThan(10_000);
    expect([server.opened, complete()]).toEqual([1, 0]);
  });

  it('gives up on a server that stops reading', async () => {
    const sockets: Socket[] = [];
    await start((line, __, socket) => {
      if (line.startsWith('DATA')) setImmediate(() => sockets.push(socket.pause()));
      return yes(line);
    });
    await expect(send({ text: LARGE.repeat(3) })).rejects.toMatchObject({
      code: 'COMMAND_TIMEOUT',
      message: expect.stringMatching(/stopped answering/) as string,
    });
    // It would not notice the end either.
    sockets.forEach((socket) => socket.destroy());
  });

  it('gets no message whose attachment could not be read to its end', async () => {
    await start(yes);
    const stalled = new Readable({ read() {} });
    stalled.push('the beginning');
    const attachments = [{ fileName: 'a', mimeType: 'a/b', content: async () => stalled }];
    await expect(send({ attachments })).rejects.toMatchObject({
      code: 'COMMAND_TIMEOUT',
      message: expect.stringMatching(/An attachment could not be read to its end/) as string,
    });
    expect(stalled.destroyed).toBe(true);
    expect(complete()).toBe(0);
  });

  it('gets a new connection when it has closed the old one between two messages', async () => {
    const sockets = new Set<{ destroy(): void }>();
    await start((line, __, socket) => (sockets.add(socket), yes(line)));
    await send();
    sockets.forEach((socket) => socket.destroy());
    await waitFor('the drop', () => server.open() === 0);
    await send();
    expect([server.opened, count('AUTH'), complete()]).toEqual([2, 2, 2]);
  });

  it.each<[string, (socket: { destroy(): void }) => string | undefined]>([
    ['hangs up', (socket) => void socket.destroy()],
    ['says goodbye', () => '421 4.7.0 too many messages on this connection'],
  ])('gets a new connection when it %s at the second message', async (__, end) => {
    await start((line, connection, socket) => {
      const second = connection === 1 && complete() === 1;
      return second && line.startsWith('MAIL') ? end(socket) : yes(line);
    });
    await send();
    await send();
    expect([server.opened, complete()]).toEqual([2, 2]);
  });

  it('is not tried forever when it ends every connection', async () => {
    await start((line, __, socket) => (line.startsWith('MAIL') ? void socket.destroy() : yes(line)));
    await expect(send()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(server.opened).toBe(1);
  });

  it('is checked after a pause, and gets a new connection when it does not answer', async () => {
    await start((line, connection) => (line === 'RSET' && connection === 1 ? undefined : yes(line)));
    await send();
    await send();
    expect(count('RSET')).toBe(0);
    const now = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 31_000);
    await send();
    expect([server.opened, count('RSET'), complete()]).toEqual([2, 1, 3]);
  });

  it('is cut off when the session is closed in the middle of a message', async () => {
    await start((line) => (line === '.' ? undefined : yes(line)));
    const sending = expect(send()).rejects.toMatchObject({ code: 'SEND_UNCERTAIN' });
    const waiting = expect(send()).rejects.toBeInstanceOf(Error);
    await waitFor('the message', () => complete() === 1);
    await submission.close();
    await Promise.all([sending, waiting]);
    expect(server.opened).toBe(1);
  });
});

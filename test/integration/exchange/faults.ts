import { buffer } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { isMailError } from '../../../mail/errors';
import { ADA } from '../../contract/exchange-lab';
import { mail } from '../../servers/mailbox';

const OTHER = 'info@example.test';

/** A server with mailboxes of Exchange's. */
interface Mailboxes {
  mailbox(address: string): {
    deliver(folder: string, messages: Array<{ mime: ReturnType<typeof mail> }>): Promise<unknown>;
  };
}

/** A server that fails as it is told, and a session at it. */
export interface FaultLab<Fault> {
  server: Mailboxes & {
    faults: { push(...faults: Fault[]): number };
    sent: ReadonlyArray<{ raw: Buffer | string }>;
  };
  client: MailClient;
  open(): Promise<MailClient>;
}

/** How a protocol's server fails. */
export interface Faults<Fault> {
  /** It has no time for so many milliseconds. */
  busy: (milliseconds: number) => Fault;
  /** It hangs up in its reply. */
  inBody: Fault;
  /** What it does over a request that only reads, and the error that is. */
  reading: Array<[name: string, fault: Fault, code: string]>;
  /** What leaves open whether a change was made. */
  changing: Array<[name: string, fault: Fault]>;
}

export const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (isMailError(error) ? error.code : String(error)),
  );

/** So many messages, whose subjects are numbered. */
export const deliver = async (server: Mailboxes, folder: string, count: number): Promise<void> => {
  const messages = Array.from({ length: count }, (_, n) => ({ mime: mail({ subject: `n${n}` }) }));
  await server.mailbox(ADA).deliver(folder, messages);
};

const send = async (client: MailClient, subject: string) =>
  await client.send({ from: ADA, to: OTHER, subject, text: 'x' }, { saveToSent: 'automatic' });

/** What every protocol of Exchange's makes of a server that fails. */
export function testFaults<Fault>(
  lab: () => FaultLab<Fault>,
  { busy, inBody, reading, changing }: Faults<Fault>,
): void {
  describe('a server that stays busy', () => {
    it('makes the client give up, and a message is sent once or not at all', async () => {
      const { server, client } = lab();
      // Together more than a few minutes.
      server.faults.push(busy(1000), busy(300_000));
      await expect(send(client, 'busy')).rejects.toMatchObject({
        code: 'SERVER_REFUSED',
        message: expect.stringMatching(/is still too busy$/) as string,
      });
      expect(server.sent.filter(({ raw }) => raw.includes('busy'))).toEqual([]);
    });

    it('is not waited for at login, nor for longer than a few minutes', async () => {
      const { server, client, open } = lab();
      server.faults.push(busy(60_000));
      expect(await codeOf(open())).toBe('CONNECTION_LIMIT');
      server.faults.push(busy(3_600_000));
      await expect(client.findMessages('INBOX', {}, 1)).rejects.toMatchObject({
        code: 'SERVER_REFUSED',
        message: expect.stringMatching(/is still too busy$/) as string,
      });
    });

    it('does not keep a session from being closed', async () => {
      const { server, client } = lab();
      server.faults.push(busy(60_000));
      const waiting = codeOf(client.findMessages('INBOX', {}, 1));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await client.close();
      expect(await waiting).toBe('CONNECTION_LOST');
    });
  });

  describe('a server that fails', () => {
    it.each(reading)('and %s gives the right error, and the next request works', async (_, fault, code) => {
      const { server, client } = lab();
      server.faults.push(fault);
      const started = Date.now();
      expect(await codeOf(client.findMessages('INBOX', {}, 1))).toBe(code);
      expect(Date.now() - started).toBeLessThan(4000);
      expect(await codeOf(client.findMessages('INBOX', {}, 1))).toBe('done');
    });

    it.each(changing)('and %s during a change leaves the outcome unknown', async (_, fault) => {
      const { server, client } = lab();
      await deliver(server, 'Open', 2);
      const ids = await client.findMessages('Open', {}, Infinity);
      server.faults.push(fault);
      const outcomes = await client.deleteMessages(ids, { permanently: true });
      for (const outcome of outcomes.values()) expect(outcome).toMatchObject({ code: 'CHANGE_UNCERTAIN' });
      server.faults.push(fault);
      expect(await codeOf(send(client, 'open'))).toBe('SEND_UNCERTAIN');
    });

    it('in the middle of a message gives an error', async () => {
      const { server, client } = lab();
      await deliver(server, 'Half', 1);
      const [id = ''] = await client.findMessages('Half', {}, 1);
      server.faults.push(inBody);
      const whole = client.openMessage(id).then(async ({ content }) => await buffer(content));
      expect(await codeOf(whole)).toBe('CONNECTION_LOST');
    });
  });

  it('accepts the inbox in upper and lower case, also within a path', async () => {
    const { client } = lab();
    const made = await client.createFolder('inbox/Within');
    expect(made).toMatchObject({ path: 'INBOX/Within', name: 'Within' });
    expect(await client.getFolder('Inbox/Within')).toMatchObject({ path: 'INBOX/Within' });
    const renamed = await client.renameFolder('InBox/Within', 'inbox/Renamed');
    expect(renamed).toMatchObject({ path: 'INBOX/Renamed' });
    expect(await client.getFolder('INBOX/Renamed')).toBeDefined();
  });
}

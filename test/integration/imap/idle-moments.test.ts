import { describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { openClient } from '../../../mail/session/open-client';
import { silence, type ScriptedMessage } from '../../servers/scripted-imap';
import { cleanUp, scripted, scriptedSettings } from './scripted-lab';

// A server may say that there is a new message in any moment of IDLE (RFC 2177 section 3, RFC 9051 section 6.3.13).

cleanUp();

const MOMENTS = [
  'before the "+"',
  'with the "+"',
  'during IDLE',
  'between DONE and OK',
  'after the OK',
] as const;
type Moment = (typeof MOMENTS)[number];

/** Milliseconds of one IDLE, in the place of two minutes. */
const IDLE = 1_500;
const EXISTS = '* 2 EXISTS\r\n';

/** Says that a message has arrived in one moment of the nth IDLE, and at no other time. */
async function serverThatTells(moment: Moment, nth: number) {
  const messages: ScriptedMessage[] = [{ uid: 1 }];
  let idles = 0;
  let toldAt = 0;
  const arrives = (when: Moment, command: string): string => {
    if (moment !== when || idles !== nth || command !== (/DONE|OK/.test(when) ? 'DONE' : 'IDLE')) return '';
    messages.push({ uid: 2 });
    toldAt = Date.now();
    return EXISTS;
  };
  const server = await scripted((command) => {
    if (command === 'CAPABILITY') return '* CAPABILITY IMAP4rev1 IDLE\r\n';
    if (command === 'IDLE') {
      idles++;
      const start = arrives('before the "+"', command);
      if (moment === 'during IDLE' && idles === nth)
        setTimeout(() => server.say(arrives(moment, command)), 100);
      return `${start}+ idling\r\n${arrives('with the "+"', command)}${silence}`;
    }
    if (command === 'DONE') {
      const before = arrives('between DONE and OK', command);
      // After the OK, and before the answer to the next command.
      if (arrives('after the OK', command)) setImmediate(() => server.say(EXISTS));
      return before;
    }
    return undefined;
  }, messages);
  const { timeouts, ...settings } = scriptedSettings(server.port, 5_000);
  const client = await openClient({ ...settings, timeouts: { ...timeouts, idle: IDLE } });
  return { client, server, toldAt: () => toldAt, idles: () => idles };
}

async function heardAfter(client: MailClient): Promise<number> {
  const before = await client.waitForChanges('INBOX', undefined, { timeout: 0 });
  expect(await client.waitForChanges('INBOX', before, { timeout: 20_000 })).not.toBe(before);
  return Date.now();
}

describe.each([1, 2, 3])('a message that is told of in IDLE %i of a wait', (nth) => {
  it.each(MOMENTS)('%s is heard at once', async (moment) => {
    const { client, toldAt, idles } = await serverThatTells(moment, nth);
    try {
      const heardAt = await heardAfter(client);
      expect(heardAt - toldAt()).toBeLessThan(IDLE / 2);
      expect(idles()).toBe(nth);
    } finally {
      await client.close();
    }
  });
});

it('a server that refuses IDLE is not asked for it again by a later wait', async () => {
  const server = await scripted((command) => {
    if (command === 'CAPABILITY') return '* CAPABILITY IMAP4rev1 IDLE\r\n';
    return command === 'IDLE' ? 'NO not here' : undefined;
  });
  const client = await openClient(scriptedSettings(server.port));
  try {
    const before = await client.waitForChanges('INBOX', undefined, { timeout: 0 });
    await client.waitForChanges('INBOX', before, { timeout: 200 });
    server.commands.length = 0;
    await client.waitForChanges('INBOX', before, { timeout: 1_000 });
    // imapflow's own way would ask once more at the beginning, and then only every two minutes.
    expect(server.commands.filter((command) => /NOOP|IDLE/.test(command))).toEqual(['NOOP']);
  } finally {
    await client.close();
  }
});

import { afterEach, expect, it } from 'vitest';

import type { SessionEvent } from '../../../mail/session/observer';
import { openClient } from '../../../mail/session/open-client';
import { SessionRegistry } from '../../../mail/session/registry';
import { silence, startScriptedImap, type ImapAnswers, type ScriptedImap } from '../../servers/scripted-imap';
import { waitFor } from '../../servers/wait';
import { scriptedSettings } from '../imap/scripted-lab';

let server: ScriptedImap | undefined;
afterEach(async () => await server?.stop());

/** Runs that find messages in a folder, on a server that answers like this. */
async function lab(answers: ImapAnswers = () => undefined) {
  const started = await startScriptedImap(answers, { messages: [{ uid: 1 }] });
  server = started;
  const registry = new SessionRegistry(openClient);
  const events: SessionEvent[] = [];
  const settings = scriptedSettings(started.port);
  const kept = { ...settings, timeouts: { ...settings.timeouts, keep: 10_000 } };
  const run = async (id: string, folder = 'INBOX') => {
    const observer = ({ event }: { event: SessionEvent }) => events.push(event);
    const session = await registry.open(id, 'Default', kept, 'reuse', { observer });
    const found = await session.use(async (client) => await client.findMessages(folder, {}, 10), {
      repeatable: true,
    });
    await registry.closeRun(id);
    return found;
  };
  const sent = (name: string) => started.commands.filter((command) => command.startsWith(name)).length;
  return { run, sent, events, server: started };
}

it('leaves no folder with CLOSE, which would delete messages, and selects it anew instead', async () => {
  const { run, sent } = await lab();
  for (const id of ['a', 'b', 'c']) expect(await run(id)).toHaveLength(1);
  expect([sent('UNSELECT'), sent('CLOSE'), sent('EXPUNGE')]).toEqual([0, 0, 0]);
  expect([sent('LOGIN'), sent('SELECT')]).toEqual([1, 3]);
});

it('opens a new connection, without an error, when the server does not answer on the kept one', async () => {
  let isSilent = false;
  const { run, sent, events } = await lab((command) => {
    if (command !== 'NOOP' || !isSilent) return undefined;
    isSilent = false;
    return silence;
  });
  await run('a');
  isSilent = true;
  const started = Date.now();
  expect(await run('b')).toHaveLength(1);
  expect(Date.now() - started).toBeLessThan(8000);
  expect(sent('LOGIN')).toBe(2);
  expect(events.map(({ type }) => type)).toEqual(['login', 'closed', 'login', 'closed']);
});

it('does not keep a connection whose server does not answer at the end of the run', async () => {
  const { run, server: started } = await lab((command) => {
    if (command === 'CAPABILITY') return '* CAPABILITY IMAP4rev1 UNSELECT\r\n';
    return command === 'UNSELECT' ? silence : undefined;
  });
  await run('a');
  await waitFor('no connection', () => started.open() === 0, 500);
});

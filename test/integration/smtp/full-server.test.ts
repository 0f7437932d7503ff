import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { MailServerSessionSettings } from '../../../mail/account/session-settings';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import { compose } from '../../../mail/mime/compose';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import { sleep, waitFor } from '../../servers/wait';
import { ALICE } from '../fixture';
import { startRelay, type Relay } from './fixture';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A server that takes one connection. */
let relay: Relay;
let open: SmtpSubmission[];

beforeEach(async () => {
  open = [];
  relay = await startRelay({ passwords: { [ALICE]: 'secret' }, maxClients: 1 });
});
afterEach(async () => {
  await Promise.all(open.map(async (one) => await one.close()));
  await waitFor('the connections to end', () => relay.open() === 0, 2000);
  await relay.stop();
});

function sender(connect = 8000): SmtpSubmission {
  const created = new SmtpSubmission({
    submission: { host: 'localhost', port: relay.port, security: 'starttls', caCertificate: relay.ca },
    authenticator: new BasicAuthenticator(ALICE, 'secret'),
    timeouts: { connect, command: 2000, idle: 60_000 },
  } as unknown as MailServerSessionSettings);
  open.push(created);
  return created;
}

const send = async (from: SmtpSubmission, keepContent = false) =>
  await from.send(compose({ from: ALICE, to: 'bob@example.test', text: 'Hello' }), { keepContent });

it('gets the connection of a session that does not send now', async () => {
  const idle = sender();
  await send(idle);
  await sleep(1000);
  const started = Date.now();
  await send(sender());
  expect(Date.now() - started).toBeLessThan(3000);
  expect(relay.delivered).toHaveLength(2);
});

it('gets it between two messages of a session that goes on sending, and each logs in seldom', async () => {
  const busy = sender();
  let isOver = false;
  const sending = (async () => {
    while (!isOver) await Promise.all([send(busy), sleep(20)]);
  })();
  await waitFor('the first message', () => relay.delivered.length > 0);
  const started = Date.now();
  await send(sender());
  expect(Date.now() - started).toBeLessThan(5000);
  const before = relay.delivered.length;
  await waitFor('the busy one to go on', () => relay.delivered.length > before, 5000);
  isOver = true;
  await sending;
  expect(relay.logins).toBe(3);
});

it('keeps no message with its connection', async () => {
  const one = sender();
  const content = new WeakRef((await send(one, true)).content!);
  await waitFor('the message to be collected', () => {
    collectGarbage();
    return content.deref() === undefined;
  });
  expect(relay.open()).toBe(1);
});

import { afterEach, expect, it } from 'vitest';

import type { MailServerSessionSettings, SubmissionServer } from '../../../mail/account/session-settings';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import { compose } from '../../../mail/mime/compose';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import { ALICE } from '../fixture';
import { startRelay } from './fixture';
import { agreeable, startScripted, type Scripted } from './scripted';

let server: Pick<Scripted, 'stop'>;
let submission: SmtpSubmission;
afterEach(async () => {
  await submission.close();
  await server.stop();
});

async function sendTo(step: 'MAIL' | '.', words: string, withoutLogin: boolean) {
  const scripted = await startScripted((line) => (line.startsWith(step) ? words : agreeable(line)));
  server = scripted;
  return await send({ host: 'localhost', port: scripted.port, security: 'none', withoutLogin });
}

async function send(server: SubmissionServer) {
  submission = new SmtpSubmission({
    submission: server,
    authenticator: new BasicAuthenticator(ALICE, 'secret'),
    timeouts: { connect: 5000, command: 5000, idle: 60_000 },
  } as Partial<MailServerSessionSettings> as MailServerSessionSettings);
  return await submission.send(compose({ from: ALICE, to: 'bob@example.test', text: 'x' }), {
    keepContent: false,
  });
}

// What the servers of Microsoft and Google, and Postfix, say to a message instead of to a login.
it.each([
  [
    '530 5.7.57 Client not authenticated to send mail. [BN1P110CA0052.NAMP110.PROD.OUTLOOK.COM]',
    ...([
      'MAIL',
      /takes mail only from those who have logged in \(530 5\.7\.57/,
      /"SMTP Authentication"/,
    ] as const),
  ],
  [
    '530-5.7.0 Authentication Required. For more information, go to\r\n530 5.7.0 https://support.google.com/accounts/troubleshooter/2402620 - gsmtp',
    ...(['MAIL', /takes mail only from those who have logged in \(530/, /"Same as Incoming"/] as const),
  ],
  [
    '530 5.7.0 Must issue a STARTTLS command first',
    ...(['MAIL', /takes mail only on an encrypted connection \(530/, /"SMTP Security"/] as const),
  ],
])('%s', async (words, step, message, description) => {
  await expect(sendTo(step, words, true)).rejects.toMatchObject({
    code: 'SEND_REFUSED',
    message: expect.stringMatching(message) as string,
    description: expect.stringMatching(description) as string,
  });
});

it('says that Microsoft has blocked an organization', async () => {
  const words =
    '550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP. For more information please go to http://go.microsoft.com/fwlink/?LinkId=526653 AS(7230)';
  await expect(sendTo('.', words, false)).rejects.toMatchObject({
    code: 'SEND_REFUSED',
    message: expect.stringMatching(
      /does not let this organization send mail to others \(550 5\.7\.708/,
    ) as string,
    description: expect.stringMatching(/Microsoft 365 support.*was not sent/) as string,
  });
});

it('says what an encrypted server has to offer that has no login', async () => {
  const relay = await startRelay({ disabledCommands: ['AUTH'] });
  server = relay;
  const place = { host: 'localhost', port: relay.port, caCertificate: relay.ca } as const;
  await expect(send({ ...place, security: 'starttls' })).rejects.toMatchObject({
    code: 'SERVER_REFUSED',
    message: `localhost:${relay.port} does not offer a login that fits the credential (it offers none)`,
    description: expect.stringMatching(
      /^The server has to offer PLAIN or LOGIN or CRAM-MD5\. .*"SMTP Host"/,
    ) as string,
  });
});

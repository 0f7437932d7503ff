import { expect, it } from 'vitest';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import { compose } from '../../../mail/mime/compose';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import { LONG_PASSWORD, POSTFIX_LIMITS, startPostfix } from '../../servers/debian/postfix';
import { TIMEOUTS } from './lab';
import { sendsMail, withSmtp } from './sending';

const postfix = withSmtp(startPostfix);
sendsMail(postfix, {
  ports: ['starttls', 'tls', 'clear', 'old'],
  limits: POSTFIX_LIMITS,
});

// RFC 6152: a draft is sent as another program stored it, and its bytes are nobody's to change.
it('does not send a draft with 8-bit content when the server accepts only 7 bits, and says why', async () => {
  const client = await postfix.open('old');
  const content = Buffer.from(
    [
      ...['From: alice@example.test', 'To: bob@example.test', 'Subject: Eight bits', 'MIME-Version: 1.0'],
      ...['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit'],
      ...['', 'Äöü', ''],
    ].join('\r\n'),
  );
  const { id = '' } = await client.appendMessage('\\Drafts', { content, marks: { isDraft: true } });
  await expect(client.sendDraft(id, { saveToSent: 'never' })).rejects.toMatchObject({
    message: expect.stringMatching(/7 bits only \(it offers no 8BITMIME\)/) as string,
  });
});

// As long as a token. With the command it would be cut off, and refused (RFC 4954 section 4).
it('takes a long password, which is sent only after it asks for it', async () => {
  const { host, ports } = postfix.server();
  const user = 'long@example.test';
  const server = { host, port: ports.clear ?? 0, security: 'none' } as const;
  const submission = new SmtpSubmission({
    ...{ provider: 'other', protocol: 'imap', authentication: 'basic' },
    ...{ server, submission: server, timeouts: TIMEOUTS },
    authenticator: new BasicAuthenticator(user, LONG_PASSWORD),
  });
  const letter = compose({ from: user, to: 'bob@example.test', subject: 'Long', text: 'x' });
  expect((await submission.send(letter, { keepContent: false })).accepted).toEqual(['bob@example.test']);
  await submission.close();
});

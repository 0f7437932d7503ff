import { expect, it } from 'vitest';

import { POSTFIX_LIMITS, startPostfix } from '../../servers/debian/postfix';
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

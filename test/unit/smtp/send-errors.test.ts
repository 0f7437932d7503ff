import { describe, expect, it } from 'vitest';

import { toSendError } from '../../../mail/smtp/send-errors';

const SERVER = { host: 'smtp.test', port: 587, security: 'starttls' } as const;
const messageOf = (response: string) => {
  const refusal = Object.assign(new Error('refused'), {
    response,
    responseCode: Number(response.slice(0, 3)),
  });
  return toSendError(refusal, SERVER, { complete: false, waiting: false }).message;
};

describe('a refused message', () => {
  it.each([
    '552 5.3.4 Message size exceeds fixed limit',
    '552 Message too big',
    '554-5.7.0 no\n554 5.2.3 longer than the mailbox takes',
    '452 4.3.4 Message size exceeds the space',
  ])('is too large, by the answer: %s', (response) => {
    expect(messageOf(response)).toMatch(/^The message is too large/);
  });

  it.each([
    '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
    '554 5.2.252 SendAsDenied',
    '553 5.7.1 <a@b.test>: Sender address rejected: not owned by user c@b.test',
    '550-5.1.0 no\n550 5.7.60 no',
  ])('has a sender that is not allowed, by the answer: %s', (response) => {
    expect(messageOf(response)).toMatch(/does not let this account send from that address/);
  });

  // Lists of senders of spam name the address, whose numbers can look like a status.
  it.each([
    '554 5.7.1 Service unavailable; Client host [5.2.3.4] blocked',
    '554 5.7.1 https://list.test/query/ip/5.3.4.9',
    '550 5.7.1 Client host [15.7.60.2] blocked',
    '550 5.7.1 Client host [192.5.7.60] blocked',
    '552 5.2.2 Mailbox full',
  ])('is refused for another reason, by the answer: %s', (response) => {
    expect(messageOf(response)).toMatch(/^smtp\.test:587 refused the message/);
  });
});

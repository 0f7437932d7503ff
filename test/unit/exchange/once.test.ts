import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { MailError } from '../../../mail/errors';
import { unanswered, uncertain } from '../../../mail/exchange/batch-result';
import { changeOnce, sendOnce } from '../../../mail/exchange/once';
import { readReply } from '../../../mail/exchange/read-reply';

const failing = async (error: Error) => await Promise.reject(error);
const lost = new MailError('CONNECTION_LOST', 'The connection was lost', 'Run it again.');

describe('a change that is never repeated', () => {
  it('says why its outcome is unknown', async () => {
    await expect(changeOnce(failing(lost))).rejects.toMatchObject({
      code: 'CHANGE_UNCERTAIN',
      message: 'It is not known whether this was done: The connection was lost',
    });
  });

  it.each([
    [lost, 'It is not known whether the message was sent: The connection was lost'],
    [
      uncertain('it was done by a fool'),
      'It is not known whether the message was sent: it was done by a fool',
    ],
    [unanswered(), 'Exchange did not report a result'],
  ])('says why it is unknown whether a message was sent (%s)', async (error, message) => {
    await expect(sendOnce(failing(error))).rejects.toMatchObject({ code: 'SEND_UNCERTAIN', message });
  });

  it('leaves a refusal as it is', async () => {
    const refused = new MailError('SEND_REFUSED', 'No', 'Ask.');
    await expect(sendOnce(failing(refused))).rejects.toBe(refused);
  });
});

const asIs = (text: string): string => text;

describe('a reply that is too long', () => {
  const reply = () => Readable.from([Buffer.alloc(1024 * 1024), Buffer.from('x')]);

  it('is an error when reading, and an unknown outcome when changing', async () => {
    const reading = readReply(reply(), asIs, { host: 'mail.example.com', changes: false }, 1);
    await expect(reading).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      message: 'mail.example.com sent a reply of more than 1 MB',
    });
    const changing = readReply(reply(), asIs, { host: 'mail.example.com', changes: true }, 1);
    await expect(changing).rejects.toMatchObject({ code: 'CHANGE_UNCERTAIN' });
  });
});

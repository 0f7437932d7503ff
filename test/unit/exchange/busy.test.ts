import { expect, it } from 'vitest';

import { whenNotBusy } from '../../../mail/exchange/busy';
import { MailError } from '../../../mail/errors';

const { signal } = new AbortController();

it.each([0, 10_000])(
  'leaves the wait for a login to the session, if the server says %s ms',
  async (backOff) => {
    let attempts = 0;
    const attempt = async () => {
      attempts++;
      return await Promise.resolve({ backOff, refusal: new MailError('SERVER_REFUSED', 'busy', 'Wait.') });
    };
    const login = whenNotBusy(attempt, { host: 'ews.example.test', longestWait: 0, signal });
    await expect(login).rejects.toMatchObject({ code: 'CONNECTION_LIMIT', retryAfter: backOff });
    expect(attempts).toBe(1);
  },
);

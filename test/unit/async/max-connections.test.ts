import { afterEach, expect, it } from 'vitest';

import { ConnectionLimit } from '../../../mail/async/connection-limit';
import { MAX_CONNECTIONS, maxConnections } from '../../../mail/async/max-connections';

afterEach(() => {
  delete process.env[MAX_CONNECTIONS];
});

it.each([
  [undefined, 8],
  ['', 8],
  ['1', 1],
  [' 3 ', 3],
  ['100', 100],
])('the limit that the operator sets to %j is %i', (value, expected) => {
  expect(maxConnections({ [MAX_CONNECTIONS]: value })).toBe(expected);
});

it.each(['0', '101', '-1', '2.5', 'ten', '1e2', '8 connections'])(
  '%s is refused, with what to set',
  (value) => {
    expect(() => maxConnections({ [MAX_CONNECTIONS]: value })).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(/EMAIL_CONNECT_MAX_CONNECTIONS/),
        description: expect.stringMatching(/whole number from 1 to 100/),
      }) as Error,
    );
  },
);

it('the limit of connections follows it', async () => {
  process.env[MAX_CONNECTIONS] = '1';
  const limit = new ConnectionLimit();
  const busy = { yieldConnection: () => false };
  await limit.acquire('ada', busy, 0);
  await expect(limit.acquire('ada', { ...busy }, 20)).rejects.toMatchObject({
    code: 'CONNECTION_LIMIT',
    message: 'The only connection to this account is in use',
    description: expect.stringMatching(/waited 1 second .* EMAIL_CONNECT_MAX_CONNECTIONS/),
  });
});

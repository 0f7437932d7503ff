import { expect, it } from 'vitest';

import { clientName } from '../../../mail/smtp/client-name';

it.each([
  ['n8n.example.com', '192.0.2.7', 'n8n.example.com'],
  ['f3a9c1d2e4b5', '192.0.2.7', '[192.0.2.7]'],
  ['localhost', '::ffff:192.0.2.7', '[192.0.2.7]'],
  ['mac.local', '2001:db8::7', '[IPv6:2001:db8::7]'],
  ['box.home.arpa', 'fe80::1%eth0', '[IPv6:fe80::1]'],
  ['192.0.2.9', '192.0.2.7', '[192.0.2.7]'],
  ['bad_name.example.com', undefined, '[127.0.0.1]'],
])('a machine called %s at %s calls itself %s', (name, localAddress, expected) => {
  expect(clientName({ localAddress }, name)).toBe(expected);
});

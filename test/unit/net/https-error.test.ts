import { expect, it } from 'vitest';

import { timeIsUp } from '../../../mail/async/deadline';
import { httpsError } from '../../../mail/net/https-error';
import { networkTemplates } from '../../../mail/net/network-errors';

const NETWORK = networkTemplates({ protocol: 'an EWS', prefix: 'EWS ', tlsPort: 443, startTlsPort: 443 });
const SERVER = { host: 'mail.example.com', port: 443 };

it.each<[string, unknown, string]>([
  ['a signal that was aborted', AbortSignal.abort().reason, 'CONNECT_TIMEOUT'],
  ["a time limit of Node's", new DOMException('late', 'TimeoutError'), 'CONNECT_TIMEOUT'],
  ['a time limit of ours', timeIsUp(), 'CONNECT_TIMEOUT'],
  ['silence', Object.assign(new Error('silence'), { code: 'ESILENCE' }), 'COMMAND_TIMEOUT'],
  ['a reset', Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'CONNECTION_LOST'],
  ['an error without a code', new Error('something'), 'CONNECTION_LOST'],
])('%s gets the right error code', (_, error, code) => {
  expect(httpsError(error, SERVER, NETWORK, {})).toMatchObject({ name: 'MailError', code });
});

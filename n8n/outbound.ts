import dns from 'node:dns';
import type { LookupFunction } from 'node:net';

import type { IExecuteFunctions } from 'n8n-workflow';

import { MailError } from '../mail/errors';
import { hostAndPort } from '../mail/net/host-and-port';
import type { OutboundPolicy } from '../mail/net/outbound-policy';

export interface OutboundContext {
  helpers: Pick<IExecuteFunctions['helpers'], 'getSecureEgressFilter'>;
}

/** The instance's rules for outbound connections (n8n 2.30 and later), if it has any. */
export function outboundPolicy(context: OutboundContext): OutboundPolicy | undefined {
  const filter = context.helpers.getSecureEgressFilter?.();
  const lookup = filter?.createSecureLookup();
  if (!filter || !lookup || lookup === dns.lookup) return undefined;
  return {
    lookup: orBlocked(lookup),
    assertAllowed: async (host, port) => {
      const allowed = await filter.validateUrl(`https://${hostAndPort({ host, port })}`);
      if (!allowed.ok) throw blocked(host);
    },
  };
}

/** An allowed name may now lead to a forbidden address. Without this it would look like a broken network. */
const orBlocked =
  (lookup: LookupFunction): LookupFunction =>
  (host, options, found) =>
    lookup(host, options, (error, ...addresses) =>
      found(error && !isFailedLookup(error) ? blocked(host) : error, ...addresses),
    );

const isFailedLookup = ({ syscall = '' }: NodeJS.ErrnoException): boolean =>
  syscall.startsWith('getaddrinfo');

/**
 * For a credential test, which gets no policy from n8n.
 *
 * @throws {MailError} OUTBOUND_BLOCKED if the instance has rules
 */
export function assertTestAllowed(): void {
  // Read like n8n reads it. A file is not opened: if there is one, the test is refused, so that it breaks no rules.
  const { N8N_SSRF_PROTECTION_ENABLED: value, N8N_SSRF_PROTECTION_ENABLED_FILE: file } = process.env;
  if (value === undefined ? !file : !['true', '1'].includes(value.toLowerCase())) return;
  throw new MailError(
    'OUTBOUND_BLOCKED',
    'This n8n limits outbound connections, and a credential test cannot check these limits',
    'Save the credential and run Email Connect to test it.',
  );
}

const blocked = (host: string): MailError =>
  new MailError(
    'OUTBOUND_BLOCKED',
    `This n8n does not allow connections to ${host}`,
    'Ask the administrator of this n8n to allow the server in its outbound network policy.',
  );

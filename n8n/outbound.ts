import type { IExecuteFunctions } from 'n8n-workflow';

import { MailError } from '../mail/errors';
import type { OutboundPolicy } from '../mail/network';

/** The instance's rules for outbound connections (n8n 2.30 and later). */
export function outboundPolicy(context: IExecuteFunctions): OutboundPolicy | undefined {
  const filter = context.helpers.getSecureEgressFilter?.();
  return (
    filter && {
      lookup: filter.createSecureLookup(),
      assertAllowed: async (host, port) => {
        const name = host.includes(':') ? `[${host}]` : host;
        const allowed = await filter.validateUrl(`https://${name}:${port}`);
        if (!allowed.ok) throw blocked(host);
      },
    }
  );
}

/**
 * For a credential test, which n8n gives no filter to ask.
 *
 * @throws {MailError} OUTBOUND_BLOCKED where the instance has rules
 */
export function assertTestAllowed(): void {
  // As n8n reads its switches.
  if (!['true', '1'].includes((process.env.N8N_SSRF_PROTECTION_ENABLED ?? '').toLowerCase())) return;
  throw new MailError(
    'OUTBOUND_BLOCKED',
    'This n8n limits outbound connections, and a credential test cannot ask its rules',
    'Save the credential and run Email Connect to try it.',
  );
}

const blocked = (host: string): MailError =>
  new MailError(
    'OUTBOUND_BLOCKED',
    `This n8n does not allow connections to ${host}`,
    'Ask the administrator of this n8n to allow the server in its outbound network policy.',
  );

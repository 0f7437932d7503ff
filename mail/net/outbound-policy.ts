import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

import { MailError, isMailError } from '../errors';
import { hostInUrl, hostOf } from './host-and-port';

/**
 * The host application's rules for outbound connections. They apply to a name and to every address that it resolves to.
 */
export interface OutboundPolicy {
  lookup: LookupFunction;
  /** @throws {MailError} OUTBOUND_BLOCKED, or Node's error for an unknown name */
  assertAllowed(host: string, port: number): Promise<void>;
}

/** The server to connect to, and the rules for it. */
interface Destination {
  host: string;
  port: number;
  proxy?: string;
  outbound?: OutboundPolicy;
}

/**
 * Checks the policy for the server and for its proxy.
 *
 * @throws {MailError} OUTBOUND_BLOCKED, HOST_NOT_FOUND
 */
export async function assertAllowed({ host, port, proxy, outbound }: Destination): Promise<void> {
  if (!outbound) return;
  await ask(outbound, host, port);
  if (!proxy) return;
  const url = new URL(proxy);
  await ask(outbound, hostOf(url), Number(url.port) || 1080);
}

async function ask(outbound: OutboundPolicy, host: string, port: number): Promise<void> {
  try {
    await outbound.assertAllowed(host, port);
  } catch (error) {
    if (isMailError(error)) throw error;
    throw new MailError(
      'HOST_NOT_FOUND',
      `The server name ${host} could not be looked up`,
      'Check it in the credential for typing errors, and the DNS server of the machine that runs n8n. With the outbound rules of this n8n, a name that only a proxy can look up does not work.',
    );
  }
}

/**
 * A proxy's URL with the address that the policy returned for its name. The client that connects would resolve the name
 * again without the policy, and may get a different address. An https proxy keeps its name, which its certificate must
 * match.
 *
 * @throws {MailError} OUTBOUND_BLOCKED, or Node's error for an unknown name
 */
export async function proxyAsAllowed(proxy: string, outbound: OutboundPolicy | undefined): Promise<string> {
  const url = new URL(proxy);
  const name = hostOf(url);
  if (!outbound || url.protocol === 'https:' || isIP(name)) return proxy;
  const found = await new Promise<LookupAddress[]>((resolve, reject) => {
    outbound.lookup(name, { all: true }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses as LookupAddress[]);
    });
  });
  // Only one address fits into the URL. IPv4 is preferred, because more proxies listen on it.
  const { address } = found.find((one) => one.family === 4) ?? found[0]!;
  url.hostname = hostInUrl(address);
  return url.href;
}

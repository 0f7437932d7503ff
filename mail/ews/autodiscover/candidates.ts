import dns from 'node:dns';
import { Agent, request } from 'node:http';

import { PROXY_OF_ENVIRONMENT } from '../../net/environment-proxy';
import { assertAllowed, type OutboundPolicy } from '../../net/outbound-policy';
import { AUTODISCOVER_PATH } from './address';

/** The ports of Autodiscover. */
export interface Ports {
  https: number;
  /** For the request that only returns a redirect. */
  http: number;
}

export const STANDARD_PORTS: Ports = { https: 443, http: 80 };

/** A source that may know where Autodiscover is. */
export interface Candidate {
  /** For errors. */
  name: string;
  /**
   * The URLs to ask, according to this source. Only the first two candidates certainly belong to the user's own domain;
   * the others' results may be forged by an attacker on the network.
   *
   * @throws {MailError} OUTBOUND_BLOCKED, HOST_NOT_FOUND; what Node throws
   */
  urls(signal: AbortSignal): Promise<string[]>;
}

/** No real domain lists more servers. */
const MAX_RECORDS = 3;

/**
 * The candidates for Autodiscover, in this order ([MS-OXDISCO] section 3.1.5). Most organizations have the first one,
 * so it comes before the domain itself, which is usually a web site. The lookup in Active Directory is left out,
 * because it is only for members of a Windows domain.
 */
export function candidatesOf(
  domain: string,
  ports: Ports,
  outbound: OutboundPolicy | undefined,
): Candidate[] {
  const usual = `autodiscover.${domain}`;
  const direct = (host: string): Candidate => ({
    name: host,
    urls: async () => await Promise.resolve([autodiscoverUrl(host, ports.https)]),
  });
  return [
    direct(usual),
    direct(domain),
    { name: `http://${usual}`, urls: async (signal) => await redirect(usual, ports.http, outbound, signal) },
    { name: `the SRV record of ${domain}`, urls: async (signal) => await records(domain, signal) },
  ];
}

const autodiscoverUrl = (host: string, port: number): string => `https://${host}:${port}${AUTODISCOVER_PATH}`;

/** The redirect from a server without TLS. It gets no login. */
async function redirect(
  host: string,
  port: number,
  outbound: OutboundPolicy | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  await assertAllowed({ host, port, outbound });
  const location = await new Promise<string | undefined>((resolve, reject) => {
    const lookup = outbound?.lookup;
    const agent = new Agent({ ...PROXY_OF_ENVIRONMENT, lookup });
    const call = request({ host, port, path: AUTODISCOVER_PATH, agent, signal }, (response) => {
      response.destroy();
      const { statusCode = 0, headers } = response;
      resolve(statusCode >= 300 && statusCode < 400 ? headers.location : undefined);
    });
    call.on('error', reject).end();
  });
  return location ? [location] : [];
}

/** The servers in the DNS records (RFC 2782), best first. */
async function records(domain: string, signal: AbortSignal): Promise<string[]> {
  const resolver = new dns.promises.Resolver();
  // Uses the process's DNS servers, which may differ from the system's.
  resolver.setServers(dns.getServers());
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    const found = await resolver.resolveSrv(`_autodiscover._tcp.${domain}`);
    return found
      .filter(({ name }) => name)
      .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
      .slice(0, MAX_RECORDS)
      .map(({ name, port }) => autodiscoverUrl(name, port));
  } catch {
    signal.throwIfAborted();
    // Most domains have no record, and some name servers report that in unusual ways.
    return [];
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

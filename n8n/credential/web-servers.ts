import type { EwsSettings } from '../../mail/account/ews-settings';
import type { GraphSettings } from '../../mail/account/graph-settings';
import { invalidInput } from '../../mail/errors';
import { httpsServer } from '../../mail/net/host-and-port';
import { httpsUrl } from '../../mail/net/https-url';
import type { OutboundPolicy } from '../../mail/net/outbound-policy';
import { assertServerSettings, type ServerSettings } from '../../mail/net/server-settings';
import { EWS_EXAMPLE } from './exchange-location';
import type { CustomHosting, ExchangeHosting, Hosting } from './typed-credential';

/**
 * The URL of EWS, or how to find it.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function ewsServer(
  hosting: Hosting,
  outbound?: OutboundPolicy,
): { server: ServerSettings; ews: Pick<EwsSettings, 'url' | 'address'> } {
  if (hosting.at === 'exchange') return exchangeServer(hosting, outbound);
  const url =
    hosting.at === 'custom'
      ? httpsUrl('Custom EWS URL', hosting.ewsUrl, EWS_EXAMPLE)
      : new URL(`${cloudOf(hosting).resource}/EWS/Exchange.asmx`);
  return { server: webServer(url, hosting, outbound), ews: { url } };
}

/**
 * Where Microsoft Graph is.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function graphServer(
  hosting: Hosting,
  outbound?: OutboundPolicy,
): { server: ServerSettings; graph: Pick<GraphSettings, 'url' | 'permanentDelete'> } {
  if (hosting.at === 'custom') {
    const url = customGraphUrl(hosting);
    // It is not known whether a custom cloud has the action. The other way works in all clouds.
    return { server: webServer(url, hosting, outbound), graph: { url, permanentDelete: false } };
  }
  const { graph, permanentDelete } = cloudOf(hosting);
  const url = new URL(`${graph}/v1.0`);
  return { server: webServer(url, hosting, outbound), graph: { url, permanentDelete } };
}

function cloudOf(hosting: Hosting) {
  if (hosting.at === 'microsoft') return hosting.cloud;
  throw new TypeError('Only Microsoft and Exchange Servers have EWS or Graph');
}

const GRAPH_EXAMPLE = 'https://graph.example.com/v1.0';

/** Paths are appended to it. */
function customGraphUrl({ graphUrl }: CustomHosting): URL {
  const url = httpsUrl('Custom Graph URL', graphUrl.replace(/\/+$/, ''), GRAPH_EXAMPLE);
  if (!url.search) return url;
  throw invalidInput('Custom Graph URL', 'it has a query', `Enter it as ${GRAPH_EXAMPLE}.`);
}

/** Always https; the port comes from the URL. */
function webServer(url: URL, hosting: Hosting, outbound?: OutboundPolicy): ServerSettings {
  const network = hosting.at === 'custom' ? hosting.network : {};
  if (network.proxy?.trim()) {
    throw invalidInput(
      'Proxy',
      'it is for mail servers only',
      'Leave it empty for EWS and Graph: n8n sends https requests through the proxy in its environment variable HTTPS_PROXY.',
    );
  }
  return assertServerSettings({ ...httpsServer(url), security: 'tls', ...network, outbound });
}

/** Until the server is found, the domain of its mail stands for its name. */
function exchangeServer({ location, trust }: ExchangeHosting, outbound?: OutboundPolicy) {
  const isKnown = 'url' in location;
  const place = isKnown ? httpsServer(location.url) : { host: location.domain, port: 443 };
  return {
    server: assertServerSettings({ ...place, security: 'tls', ...trust, outbound }),
    ews: isKnown ? { url: location.url } : { address: location.address },
  };
}

import { escaped } from '../soap';
import { parseXml, type XmlElement } from '../xml';

const SCHEMA = 'http://schemas.microsoft.com/exchange/autodiscover/outlook';

/** The request of POX Autodiscover ([MS-OXDSCLI] section 2.2.3). */
export const autodiscoverRequest = (address: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${SCHEMA}/requestschema/2006"><Request><EMailAddress>${escaped(address)}</EMailAddress><AcceptableResponseSchema>${SCHEMA}/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;

/** A server's reply to it ([MS-OXDSCLI] section 2.2.4). Texts are as the server wrote them. */
export type AutodiscoverReply =
  /** EWS URLs, the preferred one first. */
  | { ewsUrls: string[] }
  /** The URL to ask next. */
  | { redirectUrl: string }
  /** The email address to use next. */
  | { redirectAddr: string }
  | { error: string };

/** Undefined if it is not an Autodiscover reply. */
export function readReply(xml: string): AutodiscoverReply | undefined {
  const response = parsed(xml)?.at('Autodiscover/Response');
  const account = response?.child('Account');
  const error = response?.child('Error') ?? account?.child('Error');
  if (error) {
    return { error: [error.textAt('ErrorCode'), error.textAt('Message')].filter(Boolean).join(' ') };
  }
  if (!account) return undefined;
  // The documentation says RedirectUrl, but servers use both spellings. Some omit the Action element.
  const redirectUrl = textOf(account, 'RedirectUrl') || textOf(account, 'RedirectURL');
  const redirectAddr = textOf(account, 'RedirectAddr');
  if (redirectUrl) return { redirectUrl };
  if (redirectAddr) return { redirectAddr };
  return { ewsUrls: ewsUrls(account) };
}

/**
 * The EWS URLs in the protocols of an account ([MS-OXDSCLI], element Type): EXPR is for clients outside the
 * organization's network, EXCH for clients inside, and EXHTTP may be either. External URLs come first, as in other
 * clients: they have a publicly trusted certificate, and can usually be reached from inside too. The internal URLs are
 * the fallback.
 */
function ewsUrls(account: XmlElement): string[] {
  const protocols = account.children.filter(({ name }) => name === 'Protocol');
  const of = (type: string) => protocols.filter((one) => textOf(one, 'Type').toUpperCase() === type);
  const inWeb = (side: string) => of('WEB').flatMap((web) => web.at(`${side}/Protocol`) ?? []);
  const all = [of('EXPR'), of('EXHTTP'), of('EXCH'), inWeb('External'), inWeb('Internal')].flat();
  // For Exchange 2007, EWS appears only as the URL of the availability service, which is part of it.
  const distinct = new Map<string, string>();
  for (const url of all.map((one) => textOf(one, 'EwsUrl') || textOf(one, 'ASUrl')).filter(Boolean)) {
    // The same URL may be written /EWS/Exchange.asmx and /ews/exchange.asmx.
    const key = url.toLowerCase();
    if (!distinct.has(key)) distinct.set(key, url);
  }
  return [...distinct.values()].slice(0, MOST_URLS);
}

/** No real account has more, but a reply may come from anyone. */
const MOST_URLS = 10;

const textOf = (element: XmlElement, name: string): string => element.textAt(name)?.trim() ?? '';

function parsed(xml: string): XmlElement | undefined {
  try {
    return parseXml(xml);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

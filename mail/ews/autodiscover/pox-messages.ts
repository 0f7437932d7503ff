import { escaped } from '../soap';
import { parseXml, type XmlElement } from '../xml';

const SCHEMA = 'http://schemas.microsoft.com/exchange/autodiscover/outlook';

/** The request of POX Autodiscover ([MS-OXDSCLI] section 2.2.3). */
export const autodiscoverRequest = (address: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${SCHEMA}/requestschema/2006"><Request><EMailAddress>${escaped(address)}</EMailAddress><AcceptableResponseSchema>${SCHEMA}/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;

/** What a server says to it ([MS-OXDSCLI] section 2.2.4). Texts are as the server wrote them. */
export type AutodiscoverReply =
  /** Addresses of EWS, the one to prefer first. */
  | { ewsUrls: string[] }
  /** Where to ask. */
  | { redirectUrl: string }
  /** What to ask about. */
  | { redirectAddr: string }
  | { error: string };

/** Undefined for what is no reply of Autodiscover's. */
export function readReply(xml: string): AutodiscoverReply | undefined {
  const response = parsed(xml)?.at('Autodiscover/Response');
  const account = response?.child('Account');
  const error = response?.child('Error') ?? account?.child('Error');
  if (error) {
    return { error: [error.textAt('ErrorCode'), error.textAt('Message')].filter(Boolean).join(' ') };
  }
  if (!account) return undefined;
  // The documentation writes RedirectUrl, and servers both. The action is left out by some.
  const redirectUrl = textOf(account, 'RedirectUrl') || textOf(account, 'RedirectURL');
  const redirectAddr = textOf(account, 'RedirectAddr');
  if (redirectUrl) return { redirectUrl };
  if (redirectAddr) return { redirectAddr };
  return { ewsUrls: ewsUrls(account) };
}

/**
 * The addresses of EWS that an account's protocols name ([MS-OXDSCLI], element Type): EXPR is for clients outside the
 * organization's network, EXCH for those within, and EXHTTP may be either. The outer one is preferred, as by other
 * clients: it has a certificate of a public authority, and is mostly reached from within too. The inner one is for
 * where it is not.
 */
function ewsUrls(account: XmlElement): string[] {
  const protocols = account.children.filter(({ name }) => name === 'Protocol');
  const of = (type: string) => protocols.filter((one) => textOf(one, 'Type').toUpperCase() === type);
  const inWeb = (side: string) => of('WEB').flatMap((web) => web.at(`${side}/Protocol`) ?? []);
  const all = [of('EXPR'), of('EXHTTP'), of('EXCH'), inWeb('External'), inWeb('Internal')].flat();
  // Exchange 2007 names EWS only as the service of free and busy times, which is a part of it.
  const distinct = new Map<string, string>();
  for (const url of all.map((one) => textOf(one, 'EwsUrl') || textOf(one, 'ASUrl')).filter(Boolean)) {
    // One address is written /EWS/Exchange.asmx here and /ews/exchange.asmx there.
    const key = url.toLowerCase();
    if (!distinct.has(key)) distinct.set(key, url);
  }
  return [...distinct.values()].slice(0, MOST_URLS);
}

/** Nobody has more; a reply may be anybody's. */
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

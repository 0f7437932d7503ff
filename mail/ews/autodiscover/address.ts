import { domainToASCII } from 'node:url';

/**
 * A host name (RFC 1123 section 2.1) with at least two labels, of which the last is not a number. So it is not an IP
 * address.
 */
const DOMAIN = /^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The domain of an email address, in the form for DNS; undefined if it is not an email address, such as EXAMPLE\ada.
 */
export function mailDomain(address: string): string | undefined {
  const [, typed = ''] = /^[^\s@"\\<>]+@([^\s@/:?#\\%]+)$/.exec(address) ?? [];
  const domain = domainToASCII(typed.toLowerCase());
  return DOMAIN.test(domain) ? domain : undefined;
}

/** The path of Autodiscover on a host ([MS-OXDSCLI] section 3.1.5). */
export const AUTODISCOVER_PATH = '/autodiscover/autodiscover.xml';

/** Whether a URL has exactly Autodiscover's path and no query. */
export const isAutodiscover = ({ pathname, search }: URL): boolean =>
  pathname.toLowerCase() === AUTODISCOVER_PATH && search === '';

/** Whether a host is the domain itself or a subdomain. */
export const isWithin = (host: string, domain: string): boolean =>
  host === domain || host.endsWith(`.${domain}`);

/** Microsoft's own domains, including those of its national clouds. */
const CLOUD =
  /(^|\.)(outlook\.com|office365\.com|office\.com|onmicrosoft\.com|office365\.us|onmicrosoft\.us|outlook\.cn|onmschina\.cn)$/;

/** Whether a host belongs to Exchange Online, which does not accept passwords. */
export const isCloud = (host: string): boolean => CLOUD.test(host);

import { domainToASCII } from 'node:url';

/** A host name (RFC 1123 section 2.1) of two labels or more, whose last one is not a number, so no IP address. */
const DOMAIN = /^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The domain of an e-mail address, as DNS has it; undefined for what is none, such as EXAMPLE\ada. */
export function mailDomain(address: string): string | undefined {
  const [, typed = ''] = /^[^\s@"\\<>]+@([^\s@/:?#\\%]+)$/.exec(address) ?? [];
  const domain = domainToASCII(typed.toLowerCase());
  return DOMAIN.test(domain) ? domain : undefined;
}

/** Where Autodiscover is on a host ([MS-OXDSCLI] section 3.1.5). */
export const AUTODISCOVER_PATH = '/autodiscover/autodiscover.xml';

/** Whether it is Autodiscover's place on a host, and nothing beside it. */
export const isAutodiscover = ({ pathname, search }: URL): boolean =>
  pathname.toLowerCase() === AUTODISCOVER_PATH && search === '';

/** Whether a host is the domain itself, or within it. */
export const isWithin = (host: string, domain: string): boolean =>
  host === domain || host.endsWith(`.${domain}`);

/** Microsoft's own domains, those of its national clouds among them. */
const CLOUD =
  /(^|\.)(outlook\.com|office365\.com|office\.com|onmicrosoft\.com|office365\.us|onmicrosoft\.us|outlook\.cn|onmschina\.cn)$/;

/** Whether a host is Exchange Online's and so takes no password. */
export const isCloud = (host: string): boolean => CLOUD.test(host);

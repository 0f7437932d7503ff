/** A server as the names or addresses of the network say it: without brackets. */
export interface HostAndPort {
  host: string;
  port: number;
}

/** A host as a URL has it: an IPv6 address stands in brackets (RFC 3986 section 3.2.2). */
export const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** How a server is shown, and told apart from others: `mail.example.com:993`, `[::1]:993`. */
export const hostAndPort = ({ host, port }: HostAndPort): string => `${hostInUrl(host)}:${port}`;

/** The host of a URL, which writes an IPv6 address in brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** The server of an https URL. */
export const httpsServer = (url: URL): HostAndPort => ({ host: hostOf(url), port: Number(url.port) || 443 });

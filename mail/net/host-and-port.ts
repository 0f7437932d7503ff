/** A server by host name or IP address. IPv6 addresses have no brackets here. */
export interface HostAndPort {
  host: string;
  port: number;
}

/** A host for use in a URL: an IPv6 address is put in brackets (RFC 3986 section 3.2.2). */
export const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** A server as shown to users and used as a key: `mail.example.com:993`, `[::1]:993`. */
export const hostAndPort = ({ host, port }: HostAndPort): string => `${hostInUrl(host)}:${port}`;

/** The host of a URL, without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** The server of an https URL. */
export const httpsServer = (url: URL): HostAndPort => ({ host: hostOf(url), port: Number(url.port) || 443 });

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How Dovecot learns whether a token is good (RFC 7662). */
export interface DovecotOauth {
  /** https, with Dovecot's own name and secret in it. */
  introspectionUrl: string;
  /** Certificate (PEM) of the authority to trust: there is no public one for loopback. */
  ca: string;
  /** Default both; Microsoft and Google have offered XOAUTH2 alone for long. */
  mechanisms?: readonly ('xoauth2' | 'oauthbearer')[];
}

/**
 * What the token may open, each an attribute of the introspection's answer that has to agree with the mailbox
 * asked for: a user's own mailbox, a shared mailbox they may open, and any of the domain for an app.
 */
const RULES = [
  { attribute: 'username', format: '%u' },
  { attribute: 'shared', format: '%u' },
  { attribute: 'tenant', format: '%d' },
];

/** The password databases for tokens, as files and the lines that name them. */
export function oauthPassdbs(oauth: DovecotOauth, dir: string): string {
  const ca = join(dir, 'introspection-ca.pem');
  writeFileSync(ca, oauth.ca);
  return RULES.map(({ attribute, format }) => {
    const file = join(dir, `oauth2-${attribute}.conf`);
    writeFileSync(
      file,
      `introspection_mode = post
introspection_url = ${oauth.introspectionUrl}
tls_ca_cert_file = ${ca}
username_attribute = ${attribute}
username_format = ${format}
active_attribute = active
active_value = true
timeout_msecs = 5000
`,
    );
    return `
passdb {
  driver = oauth2
  mechanisms = ${mechanismsOf(oauth).join(' ')}
  args = ${file}
}`;
  }).join('');
}

export const mechanismsOf = ({ mechanisms }: DovecotOauth) => mechanisms ?? ['xoauth2', 'oauthbearer'];

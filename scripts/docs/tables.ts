import {
  AUTHENTICATIONS,
  PROVIDERS,
  authenticationsOf,
  cloudsOf,
  type Authentication,
  type Endpoint,
  type ProviderRow,
} from '../../mail/account/providers';
import { MICROSOFT_CLOUDS } from '../../mail/account/microsoft-clouds';
import { GOOGLE } from '../../mail/auth/google-endpoints';

/** The page in docs/ of each credential type, such as `yahoo-app-password.md`. */
export type Pages = ReadonlyMap<string, string>;

const ROWS: readonly ProviderRow[] = PROVIDERS;
const NONE = '–';

export const table = (heading: readonly string[], rows: ReadonlyArray<readonly string[]>): string =>
  [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const COLUMNS: Readonly<Record<string, readonly Authentication[]>> = {
  OAuth2: ['oAuth2'],
  PKCE: ['pkce'],
  'App only': ['clientCredentials', 'serviceAccount'],
  Password: ['basic', 'ntlm'],
};

/** The names in a table cell: shorter than the choice in the editor. */
const SHORT: Readonly<Record<Authentication, string>> = {
  basic: 'Basic',
  clientCredentials: 'client credentials',
  ntlm: 'NTLM',
  oAuth2: 'yes',
  pkce: 'yes',
  serviceAccount: 'service account',
};

/** @param folder where the pages are, as seen from the file with the table */
export function authentications(pages: Pages, folder: string): string {
  const cell = (row: ProviderRow, offered: readonly Authentication[]) =>
    authenticationsOf(row)
      .filter(([id]) => offered.includes(id))
      .map(([id, { credentialType, appPassword, retired }]) => {
        const name = appPassword ? 'app password' : SHORT[id];
        return `[${name}](${folder}${pages.get(credentialType)})${retired ? ' (retired)' : ''}`;
      })
      .join(', ') || NONE;
  return table(
    ['Provider', ...Object.keys(COLUMNS)],
    ROWS.map((row) => [row.name, ...Object.values(COLUMNS).map((offered) => cell(row, offered))]),
  );
}

/** What the node answers if an expression asks for it. */
export function refused(pages: Pages): string {
  const rows = ROWS.flatMap((row) => {
    const link = (id: string): string => {
      const offered = authenticationsOf(row).find(([one]) => one === id)?.[1];
      if (!offered) return ROWS.find((one) => one.id === id)?.name ?? id;
      return `[${offered.name ?? AUTHENTICATIONS[id as Authentication].name}](${pages.get(offered.credentialType)})`;
    };
    const byReason = new Map<string, string[]>();
    for (const [id, reason] of Object.entries(row.refused ?? {})) {
      byReason.set(reason, [...(byReason.get(reason) ?? []), AUTHENTICATIONS[id as Authentication].name]);
    }
    return [...byReason].map(([reason, names]) => [
      `${row.name} with ${names.join(', ')}`,
      reason.replace(/"(\w+)"/g, (_, id: string) => link(id)),
    ]);
  });
  return table(['Asked for', 'Why it is refused, and what to use'], rows);
}

/** Hosts and ports, and who saves a copy of sent mail. */
export function servers(): string {
  const place = (endpoint: Endpoint | undefined) =>
    endpoint
      ? `${endpoint.host} : ${endpoint.port}${endpoint.security === 'starttls' ? ' (STARTTLS)' : ''}`
      : NONE;
  const rows = ROWS.flatMap((row) =>
    Object.values(cloudsOf(row)).map(({ name, endpoints: { imap, pop3, submission } }) => [
      name === row.name ? name : `${row.name}, ${name}`,
      ...[imap, pop3, submission].map(place),
      row.savesSentCopy ? 'the provider' : 'Email Mailbox',
    ]),
  );
  return table(['Provider', 'IMAP', 'POP3', 'SMTP', 'Sent mail is saved by'], rows);
}

const hostOf = (url: string): string => new URL(url).host;

export const identityProviders = (): string =>
  table(
    ['Account', 'Identity provider'],
    [
      ['Microsoft', hostOf(MICROSOFT_CLOUDS.global.login)],
      ['Google', `${hostOf(GOOGLE.authUrl)} (browser), ${hostOf(GOOGLE.tokenUrl)} (n8n)`],
    ],
  );

export const microsoftClouds = (): string =>
  table(
    ['Cloud', 'Sign-in', 'Permissions of', 'IMAP, POP3, EWS', 'SMTP', 'Graph'],
    Object.values(MICROSOFT_CLOUDS).map((cloud) => [
      cloud.name,
      hostOf(cloud.login),
      [...new Set([cloud.delegatedResource, cloud.resource].map(hostOf))].join(', for apps '),
      [...new Set([cloud.imapHost, cloud.popHost, hostOf(cloud.resource)])].join(', '),
      cloud.smtpHost,
      hostOf(cloud.graph),
    ]),
  );

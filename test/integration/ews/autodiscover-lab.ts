import nodeDns from 'node:dns';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import { isMailError, type MailError } from '../../../mail/errors';
import { discover } from '../../../mail/ews/autodiscover/discover';
import { EwsClient } from '../../../mail/ews/client';
import { ewsUrlOf } from '../../../mail/ews/opening';
import type { EwsSessionSettings } from '../../../mail/account/session-settings';
import { issueCertificate } from '../../servers/authority';
import { startAutodiscover, type AutodiscoverServer } from '../../servers/exchange/autodiscover';
import { startDns, type DnsServer } from '../../servers/exchange/dns';
import { EWS_PATH, startEws, type EwsServer } from '../../servers/exchange/ews';
import { mail } from '../../servers/mailbox';

export const ADA = 'ada@example.test';
export const PASSWORD = 'canary-Pä55 & <word>';

/** The names that the certificate is for. */
const NAMES = ['example.test', 'other.test', 'hoster.test'].flatMap((domain) => [domain, `*.${domain}`]);

export interface Changes {
  authentication?: 'basic' | 'ntlm';
  address?: string;
  user?: string;
  password?: string;
  trust?: Partial<EwsSessionSettings['server']>;
  timeout?: number;
}

/** An organization: its Exchange, its Autodiscover and its name service, all on loopback. */
export interface AutodiscoverLab {
  server: AutodiscoverServer;
  exchange: EwsServer;
  dns: DnsServer;
  /** The address of EWS under one of the names. */
  ews(host: string): string;
  /** The address of Autodiscover under one of the names. */
  autodiscover(host: string): string;
  settings(changes?: Changes): EwsSessionSettings;
  open(settings: EwsSessionSettings, signal?: AbortSignal): Promise<EwsClient>;
  /** Opens and closes; answers what host was found, and whether it has the mail. */
  found(changes?: Changes): Promise<string>;
  /** The error that it fails with, which shows no secret. */
  failure(changes?: Changes): Promise<MailError>;
  /** The hosts that have been shown the login, in the order of the requests. */
  shown(): string[];
  reset(): void;
  stop(): Promise<void>;
}

export async function startAutodiscoverLab(): Promise<AutodiscoverLab> {
  const dir = mkdtempSync(join(tmpdir(), 'autodiscover-'));
  const certificate = issueCertificate(dir, NAMES);
  const accounts = [
    { user: ADA, domain: '', password: PASSWORD },
    { user: 'ada', domain: 'EXAMPLE', password: PASSWORD },
  ];
  const exchange = await startEws({ accounts, certificate });
  await exchange.mailbox(ADA).deliver('Inbox', [{ mime: mail({ subject: 'found' }) }]);
  const server = await startAutodiscover(accounts, certificate);
  const dns = await startDns();
  const realServers = nodeDns.getServers();
  nodeDns.setServers([dns.address]);
  const { port } = new URL(exchange.url);

  const lab: AutodiscoverLab = {
    ...{ server, exchange, dns },
    ews: (host) => `https://${host}:${port}${EWS_PATH}`,
    autodiscover: (host) => `https://${host}:${server.ports.https}/autodiscover/autodiscover.xml`,
    settings: ({
      authentication = 'basic',
      address = ADA,
      user = ADA,
      password = PASSWORD,
      trust,
      timeout = 3000,
    } = {}) => ({
      ...{ provider: 'exchange', protocol: 'ews', authentication },
      server: {
        ...{ host: 'example.test', port: 443, security: 'tls', caCertificate: certificate.ca },
        ...{ outbound: server.outbound, ...trust },
      },
      authenticator: new BasicAuthenticator(user, password),
      timeouts: { connect: timeout, command: timeout, idle: 60_000 },
      ews: { address, version: 'Exchange2016' },
    }),
    open: async (settings, signal) =>
      await EwsClient.open(
        settings,
        signal,
        async (opening, stop) => await discover(opening, stop, server.ports),
      ),
    found: async (changes) => {
      const settings = lab.settings(changes);
      const client = await lab.open(settings);
      const [message] = await client.listMessages('INBOX', {}, { content: false }, 1);
      await client.close();
      if (message?.subject !== 'found') throw new Error('it is not the mailbox');
      return ewsUrlOf(settings.ews)?.hostname ?? '';
    },
    failure: async (changes) => {
      const error: unknown = await lab.open(lab.settings(changes)).then(
        () => new Error('it was opened'),
        (reason: unknown) => reason,
      );
      if (!isMailError(error)) throw error;
      const text = error.message + error.description + String(error.stack) + JSON.stringify(error);
      if (text.includes('canary') || /[^.]$/.test(error.description)) throw new Error(text);
      return error;
    },
    shown: () => server.requests.filter(({ authorization }) => authorization).map(({ host }) => host),
    reset: () => {
      server.reset();
      exchange.requests.length = 0;
      dns.srv.clear();
      dns.silent = false;
      for (const host of ['mail.example.test', 'mail.hoster.test']) server.hosts.set(host, {});
    },
    stop: async () => {
      nodeDns.setServers(realServers);
      await Promise.all([exchange.stop(), server.stop(), dns.stop()]);
      rmSync(dir, { recursive: true });
    },
  };
  return lab;
}

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { checkExchangeLogin, ewsUrl } from '../../mail/ews/check-login';
import type { Mechanism } from '../../mail/ews/refusals';
import type { Trust } from '../../mail/network';
import { assertServerSettings } from '../../mail/session/server-settings';
import { verdictOf, type CredentialTest } from './verdict';

/** Shorter than at run time: somebody is looking at the dialog. */
const TIMEOUT = 15_000;

/** Logs in with what stands in the credential dialog, and opens the inbox. */
const logsIn = (mechanism: Mechanism): CredentialTest =>
  verdictOf(async ({ data: credential = {} }) => {
    const url = ewsUrl(text(credential, 'ewsUrl'));
    await checkExchangeLogin({
      url,
      mechanism,
      user: text(credential, 'user').trim(),
      password: text(credential, 'password'),
      domain: mechanism === 'ntlm' ? text(credential, 'domain').trim() : '',
      mailbox: text(credential, 'mailbox').trim(),
      trust: trustOf(credential, url),
      timeout: TIMEOUT,
    });
  });

/** @throws {MailError} INVALID_INPUT for what is no certificate */
function trustOf(credential: ICredentialDataDecryptedObject, url: URL): Trust {
  const { caCertificate, ignoreCertificate } = assertServerSettings({
    host: url.hostname,
    port: Number(url.port) || 443,
    security: 'tls',
    caCertificate: text(credential, 'caCertificate'),
    ignoreCertificate: credential.ignoreCertificate === true,
  });
  return { caCertificate, ignoreCertificate };
}

const text = (credential: ICredentialDataDecryptedObject, name: string): string =>
  typeof credential[name] === 'string' ? credential[name] : '';

export const exchangeCredentialTests = {
  emailExchangeBasicApiTest: logsIn('basic'),
  emailExchangeNtlmApiTest: logsIn('ntlm'),
};

import { CELLS, methodOf, type ProviderId } from '../providers';
import type { LoginContext, LoginError } from './types';

const takeAppPasswords = CELLS.filter(({ method }) => method.appPassword && !method.retired).map(
  ({ row }) => row.name,
);

const UNKNOWN_PROVIDER = {
  appPassword: 'Create one in the security settings of the account, and enter it instead of the password.',
  wrong: `Many providers need an app password (such as AOL, ${takeAppPasswords.join(', ')}), and others often do if the account has a second factor. You may also have to turn on IMAP, POP or SMTP in the account.`,
};

/** The provider's advice about a refused password. */
export const advice = (provider: ProviderId, otherwise: keyof typeof UNKNOWN_PROVIDER = 'wrong'): string =>
  methodOf(provider, 'basic')?.passwordAdvice ?? UNKNOWN_PROVIDER[otherwise];

/** The names of the credential's fields. */
const fieldsOf = ({ provider }: LoginContext): string =>
  methodOf(provider, 'basic')?.appPassword ? '"Email Address" and "App Password"' : '"User" and "Password"';

/**
 * User and password, or the token, are wrong. Response codes: RFC 5530 section 3 (IMAP), RFC 3206 section 4 (POP3), RFC
 * 4954 section 6 (SMTP). The texts are from servers without codes: Exchange, Gmail, Exim.
 */
const NOT_TAKEN =
  /\[AUTH(ENTICATIONFAILED)?\]|(AUTHENTICATE|LOGIN) failed|(authentication|logon) (failed|failure|unsuccessful|credentials invalid)|invalid (credentials|login)|incorrect authentication|(password|credentials) not accepted|BadCredentials|\b5\.7\.[38]\b|^535\b/i;

/** A wrong login at any provider. Last in the table, because all more specific errors come first. */
export const WRONG_LOGIN_ERRORS: readonly LoginError[] = [
  {
    // Mail.ru: "Application password is REQUIRED", in IMAP with one p.
    says: /app?(lication)?[- ](specific )?password/i,
    authentications: ['basic'],
    description: ({ provider }) => `The provider needs an app password. ${advice(provider, 'appPassword')}`,
  },
  {
    says: NOT_TAKEN,
    authentications: ['basic'],
    description: (context) => `Check ${fieldsOf(context)} in the credential. ${advice(context.provider)}`,
  },
  {
    // RFC 7628 section 3.2.2; Google sends the HTTP status.
    says: new RegExp(
      `"status" ?: ?"(invalid_token|insufficient_scope|invalid_request|40[01])"|${NOT_TAKEN.source}`,
      'i',
    ),
    providers: ['other'],
    authentications: ['oAuth2'],
    description:
      'The server does not accept the token. Check that "Email Address" is the connected account, that "Scope" is what the server needs, and that the server trusts this identity provider.',
  },
];

/** About a text that is in no table. The protocols' own advice is about passwords, which does not help with a token. */
export const tokenAdvice = ({ authentication, protocol }: LoginContext): string | undefined =>
  authentication === 'basic'
    ? undefined
    : `The server does not accept the token for this mailbox. Check that "Email Address" is the right mailbox, and that ${protocol.toUpperCase()} is turned on for it. If you connected an account, connect it again and accept all permissions.`;

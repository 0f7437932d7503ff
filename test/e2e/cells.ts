import { PROVIDERS, authenticationsOf } from '../../mail/providers';
import type { Cell, OAuthLab } from './oauth-lab';

const password = ({ dovecot }: OAuthLab): object => ({ password: dovecot.users['alice@example.test'] });

const confidential = ({ identity, oauth2 }: OAuthLab): object => ({
  ...oauth2,
  clientId: identity.apps.webApp.id,
  clientSecret: identity.apps.webApp.secret,
});

/** No secret at all: PKCE alone protects the code. */
const publicClient = ({ identity, oauth2 }: OAuthLab): object => ({
  ...oauth2,
  clientId: identity.apps.publicApp.id,
  clientSecret: '',
});

const clientCredentials = ({ identity }: OAuthLab): object => ({
  secretType: 'clientSecret',
  clientId: identity.apps.secretApp.id,
  clientSecret: identity.apps.secretApp.secret,
  customAuthority: identity.issuer,
  customScope: 'https://outlook.office365.com/.default',
});

const serviceAccount = ({ identity }: OAuthLab): object => ({
  serviceAccountEmail: identity.serviceAccount.client_email,
  privateKey: identity.serviceAccount.private_key,
  customAccessTokenUrl: `${identity.issuer}/oauth2/token`,
});

const generic = (lab: OAuthLab): object => ({
  ...confidential(lab),
  grantType: 'authorizationCode',
  authUrl: `${lab.identity.issuer}/auth`,
  accessTokenUrl: `${lab.identity.issuer}/token`,
  scope: 'openid email offline_access',
  authentication: 'body',
});

const DATA: Record<string, Cell['data']> = {
  emailGmailAppPasswordApi: password,
  emailGmailOAuth2Api: confidential,
  emailGmailPkceOAuth2Api: publicClient,
  emailGmailServiceAccountApi: serviceAccount,
  emailMsnBasicApi: password,
  emailMsnOAuth2Api: confidential,
  emailOutlookClientCredentialsApi: clientCredentials,
  emailOutlookOAuth2Api: confidential,
  emailOutlookPkceOAuth2Api: publicClient,
  emailServerBasicApi: password,
  emailServerOAuth2Api: generic,
  emailYahooAppPasswordApi: password,
};

/** Every cell of the matrix whose mail is IMAP's. One that nobody wrote data for fails where it is used. */
export const CELLS: Cell[] = PROVIDERS.filter(({ id }) => id !== 'exchange').flatMap((row) =>
  authenticationsOf(row).map(([authentication, { credentialType }]) => ({
    provider: row.id,
    authentication,
    credentialType,
    data: DATA[credentialType] ?? (() => ({ password: 'nobody wrote data for this cell' })),
  })),
);

export const cellOf = (credentialType: string): Cell => {
  const cell = CELLS.find((one) => one.credentialType === credentialType);
  if (!cell) throw new Error(`The matrix has no cell with ${credentialType}`);
  return cell;
};

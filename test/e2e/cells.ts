import { MICROSOFT_CLOUDS } from '../../mail/account/microsoft-clouds';
import { appScope } from '../../mail/account/microsoft-access';
import {
  CELLS as MATRIX,
  type CredentialType,
  type CredentialTypeOf,
  type Protocol,
} from '../../mail/account/providers';
import type { Cell, OAuthLab } from './oauth-lab';

const password = ({ dovecot }: OAuthLab): object => ({ password: dovecot.users['alice@example.test'] });

const confidential: Cell['data'] = (lab, protocol) => ({
  ...lab.oauth2(protocol),
  clientId: lab.identity.apps.webApp.id,
  clientSecret: lab.identity.apps.webApp.secret,
});

/** No secret at all: PKCE alone protects the code. */
const publicClient: Cell['data'] = (lab, protocol) => ({
  ...lab.oauth2(protocol),
  clientId: lab.identity.apps.publicApp.id,
  clientSecret: '',
});

const clientCredentials: Cell['data'] = ({ identity }, protocol) => ({
  secretType: 'clientSecret',
  clientId: identity.apps.secretApp.id,
  clientSecret: identity.apps.secretApp.secret,
  customAuthority: identity.issuer,
  customScope: appScope(MICROSOFT_CLOUDS.global, protocol),
});

const serviceAccount = ({ identity }: OAuthLab): object => ({
  serviceAccountEmail: identity.serviceAccount.client_email,
  privateKey: identity.serviceAccount.private_key,
  customAccessTokenUrl: `${identity.issuer}/oauth2/token`,
});

const generic: Cell['data'] = (lab, protocol) => ({
  ...confidential(lab, protocol),
  grantType: 'authorizationCode',
  authUrl: `${lab.identity.issuer}/auth`,
  accessTokenUrl: `${lab.identity.issuer}/token`,
  scope: 'openid email offline_access',
  authentication: 'body',
});

/** Where Exchange Online is, beside what the credential says already. */
const atOffice =
  (data: Cell['data']): Cell['data'] =>
  (lab, protocol) => ({
    ...data(lab, protocol),
    customEwsUrl: lab.office.ews.url,
    customGraphUrl: `${lab.office.graph.url}/v1.0`,
  });

/** A cell of the matrix without data does not compile. All that a password's has is the password. */
const DATA: Readonly<Record<Exclude<CredentialType, CredentialTypeOf<'basic' | 'ntlm'>>, Cell['data']>> = {
  emailGmailOAuth2Api: confidential,
  emailGmailPkceOAuth2Api: publicClient,
  emailGmailServiceAccountApi: serviceAccount,
  emailMsnOAuth2Api: confidential,
  emailOutlookClientCredentialsApi: atOffice(clientCredentials),
  emailOutlookOAuth2Api: atOffice(confidential),
  emailOutlookPkceOAuth2Api: atOffice(publicClient),
  emailServerOAuth2Api: generic,
};

/** Every cell of the matrix by one protocol. An Exchange Server has tests of its own. */
const cellsBy = (protocol: Protocol): Cell[] =>
  MATRIX.filter(({ provider, row }) => provider !== 'exchange' && row.protocols.includes(protocol)).map(
    ({ provider, authentication, credentialType }) => ({
      provider,
      protocol,
      authentication,
      credentialType,
      data: authentication === 'basic' ? password : DATA[credentialType as keyof typeof DATA],
    }),
  );

/** Those whose mail is IMAP's. */
export const CELLS: Cell[] = cellsBy('imap');

/** Those that speak to Exchange Online over https. */
export const OFFICE_CELLS: Cell[] = [...cellsBy('ews'), ...cellsBy('graph')];

export const cellOf = (credentialType: CredentialType, protocol: Protocol = 'imap'): Cell => {
  const cell = [...CELLS, ...OFFICE_CELLS].find(
    (one) => one.credentialType === credentialType && one.protocol === protocol,
  );
  if (!cell) throw new Error(`The matrix has no cell with ${credentialType}`);
  return cell;
};

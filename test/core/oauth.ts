import { afterAll } from 'vitest';

import { startIdentity, type Identity } from '../servers/identity';
import { userTokens } from '../servers/identity-client';
import { ALICE, useLab } from './lab';
import { connect } from './nodes';

const OAUTH2 = 'oauth2';

/** An Email Connect node with a credential whose token n8n keeps. */
export const connectByToken = (parameters: object = {}) =>
  connect(
    OAUTH2,
    { authentication: 'oAuth2', ...parameters },
    { credentials: { emailServerOAuth2Api: { id: OAUTH2, name: OAUTH2 } } },
  );

/** The lab, with a mail server that asks an identity provider about tokens. */
export function useOAuthLab() {
  let identity: Identity | undefined;
  const lab = useLab(async () => {
    identity = await startIdentity();
    return { oauth: identity.introspection };
  });
  afterAll(async () => await identity?.stop());
  /** Saves the credential with a new token of Alice, good for an hour. The earlier ones are no longer good. */
  const connectAccount = async () => {
    identity?.revokeAccessTokens();
    const { access_token, expires_in } = await userTokens(identity!, ALICE);
    const expiresAt = String(Date.now() + expires_in * 1000);
    lab().credentials[OAUTH2] = {
      ...lab().credentials[ALICE],
      oauthTokenData: { access_token, expires_in, n8n_expires_at: expiresAt },
    };
  };
  return { lab, connectAccount };
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import { openClient } from '../../../mail/session/open-client';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { startIdentity, type Identity } from '../../servers/identity';
import { userTokens } from '../../servers/identity-client';
import { startRelay, type Relay } from '../../servers/relay';
import { settingsFor } from '../fixture';

// Logins to a real server by long lines. What it offers is read again after STARTTLS.

const ALICE = 'alice@example.test';
/** As long as tokens of Microsoft: Dovecot's submission server takes no command of 1,100 letters. */
const LONG = 'ü"\\ '.repeat(500);
const LETTER = { from: ALICE, to: 'bob@example.test', text: 'x' };

describe('a real server, after STARTTLS', () => {
  let dovecot: Dovecot;
  let relay: Relay;
  let identity: Identity;

  beforeAll(async () => {
    [relay, identity] = await Promise.all([startRelay(), startIdentity()]);
    dovecot = await startDovecot({
      users: { [ALICE]: LONG },
      certificate: identity.certificate,
      oauth: identity.introspection,
      submission: { relayPort: relay.port },
    });
  });
  afterAll(async () => {
    await dovecot?.stop();
    await Promise.all([relay?.stop(), identity?.stop()]);
  });

  const settings = (protocol: 'imap' | 'pop3') => {
    const at = { security: 'starttls', caCertificate: dovecot.ca } as const;
    return {
      ...settingsFor(dovecot, { ...at, port: dovecot.ports[protocol] }),
      protocol,
      submission: { host: 'localhost', port: dovecot.ports.submission, ...at },
    };
  };

  it.each(['imap', 'pop3'] as const)('%s and SMTP: a long password', async (protocol) => {
    const authenticator = new BasicAuthenticator(ALICE, LONG);
    const client = await openClient({ ...settings(protocol), authenticator });
    expect((await client.send(LETTER, { saveToSent: 'never' })).accepted).toHaveLength(1);
    await client.close();
  });

  it.each(['imap', 'pop3'] as const)('%s and SMTP: a token', async (protocol) => {
    const { access_token: accessToken } = await userTokens(identity, ALICE);
    const login = async () => await Promise.resolve({ user: ALICE, accessToken });
    const authenticator = { account: ALICE, fingerprint: 'token', login };
    const client = await openClient({ ...settings(protocol), authentication: 'oAuth2', authenticator });
    expect((await client.send(LETTER, { saveToSent: 'never' })).accepted).toHaveLength(1);
    await client.close();
  });
});

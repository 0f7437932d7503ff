import type { ICredentialDataDecryptedObject, IExecuteFunctions, ITriggerFunctions } from 'n8n-workflow';
import { describe, expect, it, vi } from 'vitest';

import { settingsFingerprint } from '../../../mail/account/session-settings';
import { settingsOfNode } from '../../../n8n/credential/node-settings';
import { openingOf } from '../../../n8n/run/origin';

const ADA = 'ada@example.test';
const CREDENTIAL: ICredentialDataDecryptedObject = { user: ADA, oauthTokenData: { access_token: 'token' } };

const parameters = (cell: object, options: object = {}): Record<string, unknown> => ({
  ...{ provider: 'outlook', protocol: 'imap', authentication: 'oAuth2', options },
  ...cell,
});

/** What contexts of both kinds have: a node with a credential, and no rules for outbound connections. */
const context = (getCredentials: () => Promise<ICredentialDataDecryptedObject>, id = '1') => ({
  getNode: () => ({ credentials: { emailOutlookOAuth2Api: { id, name: 'Mail of Ada' } } }),
  getCredentials,
  helpers: {},
});

/** Gives a parameter for one of the items, and only for one that is there. */
function connectNode(values: Record<string, unknown>): IExecuteFunctions {
  const getNodeParameter = (name: string, itemIndex: number, fallback: unknown) => {
    if (itemIndex !== 2) throw new Error(`no item ${itemIndex}`);
    return values[name] ?? fallback;
  };
  const base = context(async () => await Promise.resolve(CREDENTIAL));
  return { ...base, getNodeParameter } as unknown as IExecuteFunctions;
}

/** Has no items, so its parameters have no index. */
function triggerNode(values: Record<string, unknown>): ITriggerFunctions {
  const getNodeParameter = (name: string, fallback: unknown) => values[name] ?? fallback;
  const base = context(async () => await Promise.resolve(CREDENTIAL));
  return { ...base, getNodeParameter } as unknown as ITriggerFunctions;
}

const ofConnect = async (connect: IExecuteFunctions) => (await openingOf(connect, 2)).settings;

const ofTrigger = async (trigger: ITriggerFunctions) =>
  await settingsOfNode(trigger, (name, fallback) => trigger.getNodeParameter(name, fallback as string));

describe('the settings of a node', () => {
  it.each<[string, { mailbox?: string; commandTimeout?: number }]>([
    ['imap', {}],
    ['pop3', { commandTimeout: 5 }],
    ['imap', { mailbox: 'info@example.test' }],
  ])('over %s with %j are the same for Email Connect and for a trigger', async (protocol, options) => {
    const values = parameters({ protocol }, options);
    const [connect, trigger] = [await ofConnect(connectNode(values)), await ofTrigger(triggerNode(values))];
    expect(settingsFingerprint(trigger)).toBe(settingsFingerprint(connect));
    expect(trigger.timeouts).toEqual(connect.timeouts);
    expect(await trigger.authenticator.login()).toEqual(await connect.authenticator.login());
    expect(trigger.authenticator.account).toBe(options.mailbox ?? ADA);
  });

  it('are read from the credential once', async () => {
    const getCredentials = vi.fn(async () => await Promise.resolve(CREDENTIAL));
    const values = parameters({ protocol: 'imap' });
    await ofTrigger({ ...triggerNode(values), getCredentials } as unknown as ITriggerFunctions);
    expect(getCredentials).toHaveBeenCalledTimes(1);
  });

  it('are refused when the parameters name no existing connection', async () => {
    const refused = ofTrigger(triggerNode(parameters({ authentication: 'basic' })));
    await expect(refused).rejects.toThrow(
      'Authentication: Outlook / Office 365 does not offer "Basic (User and Password)"',
    );
  });

  it.each<[unknown, string]>([
    ['x', 'Options: the expression gives something else than options'],
    [{ keepConnectionFor: -1 }, 'Keep Connection For (Seconds): -1 is not a valid number of seconds'],
    [{ keepConnectionFor: 'x' }, 'Keep Connection For (Seconds): x is not a valid number of seconds'],
    [{ connectTimeout: 0 }, 'Connect Timeout (Seconds): 0 is not a valid number of seconds'],
    [{ idleTimeout: 100_000 }, 'Idle Timeout (Seconds): 100000 is not a valid number of seconds'],
  ])('are refused with the options %j', async (options, message) => {
    await expect(ofTrigger(triggerNode(parameters({ options })))).rejects.toThrow(message);
  });
});

describe('the address of a connected account', () => {
  const claims = (content: object) => `x.${Buffer.from(JSON.stringify(content)).toString('base64url')}.x`;
  const settingsWith = async (credential: ICredentialDataDecryptedObject, id = '1') => {
    const base = context(async () => await Promise.resolve(credential), id);
    const values = parameters({});
    return await settingsOfNode(
      base as unknown as ITriggerFunctions,
      (name, fallback) => values[name] ?? fallback,
    );
  };
  const opened = async (credential: ICredentialDataDecryptedObject) =>
    (await settingsWith(credential)).authenticator.account;
  const token = (id_token?: string) => ({ oauthTokenData: { access_token: 'token', id_token } });

  it('is that of the credential, or else the one that the identity provider tells', async () => {
    const told = token(claims({ email: ADA }));
    expect(await opened({ ...told, user: '' })).toBe(ADA);
    expect(await opened(told)).toBe(ADA);
    expect(await opened({ ...told, user: 'bob@example.test' })).toBe('bob@example.test');
  });

  it.each([undefined, '', 'x', 'x.e30.x', claims({ email: `${ADA}\x01auth=Bearer other` }), claims([null])])(
    'is asked for if the identity provider does not tell it: %j',
    async (idToken) => {
      const code = { code: 'INVALID_INPUT', message: expect.stringMatching(/^Email Address: /) as string };
      await expect(opened({ ...token(idToken), user: ' ' })).rejects.toMatchObject(code);
    },
  );

  it('tells the accounts of two credentials apart, and those of one that was connected anew', async () => {
    const of = (email: string, sub = email) => ({ ...token(claims({ email, sub })), user: '' });
    const fingerprints = [
      await settingsWith(of(ADA)),
      await settingsWith(of('bob@example.test')),
      await settingsWith(of(ADA), '2'),
      // Another person who got the address of the first.
      await settingsWith(of(ADA, 'another')),
    ].map(settingsFingerprint);
    expect(new Set(fingerprints).size).toBe(4);
    expect(settingsFingerprint(await settingsWith(of(ADA)))).toBe(fingerprints[0]);
  });

  it('is not asked for before the account is connected', async () => {
    await expect(opened({ user: '' })).rejects.toMatchObject({ code: 'RECONNECT_NEEDED' });
  });
});

describe('a shared mailbox', () => {
  it('is refused where a credential opens only its own mailbox', async () => {
    const values = parameters({ provider: 'gmail' }, { mailbox: 'info@example.test' });
    await expect(ofTrigger(triggerNode(values))).rejects.toThrow(
      'Shared Mailbox: a credential of Gmail with "OAuth2 (Sign In as User)" opens only its own mailbox',
    );
  });
});

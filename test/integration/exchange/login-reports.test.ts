// Logins over EWS and Graph that failed in other programs, by the reports of their users.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Authenticator } from '../../../mail/auth/authenticator';
import type { MailErrorCode } from '../../../mail/errors';
import { EwsClient } from '../../../mail/ews/client';
import { GraphClient } from '../../../mail/graph/client';
import { ewsSettings } from '../../contract/ews-lab';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph } from '../../contract/graph-lab';
import { startEws, type EwsServer } from '../../servers/exchange/ews';
import type { GraphServer } from '../../servers/graph/graph';

/** Gives another token each time that one was refused, and counts. */
function renewing(first = 'ada') {
  let asked = 0;
  const authenticator: Authenticator = {
    account: ADA,
    fingerprint: 'renewing',
    login: async ({ refused } = {}) => {
      if (refused !== undefined) asked++;
      return await Promise.resolve({ user: ADA, accessToken: refused === undefined ? first : `app${asked}` });
    },
  };
  return { authenticator, renewed: () => asked };
}

const PAGE = '<html><body><form action="/owa/auth.owa">Sign in</form></body></html>';

interface Case {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  code: MailErrorCode;
  says: RegExp;
  /** Requests, at most. */
  most: number;
}

const EWS: Record<string, Case & { by: 'password' | 'token' }> = {
  'a token is refused without an end (exchangelib 1090, Mustang 349)': {
    by: 'token',
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer realm=""' },
    code: 'AUTHENTICATION_FAILED',
    says: /refused the access token/,
    most: 2,
  },
  'a password is sent once, and not again: that locks accounts (DavMail 349)': {
    by: 'password',
    status: 401,
    headers: { 'WWW-Authenticate': 'Basic realm=""' },
    code: 'AUTHENTICATION_FAILED',
    says: /refused/,
    most: 1,
  },
  'a password, and no word of how to log in (DavMail 288)': {
    by: 'password',
    status: 401,
    code: 'AUTHENTICATION_FAILED',
    says: /refused|does not/,
    most: 1,
  },
  'the way leads to the login page of Outlook on the web (DavMail 153)': {
    by: 'password',
    status: 302,
    headers: { Location: 'https://mail.example.com/owa/auth/logon.aspx?reason=0' },
    code: 'NOT_A_MAIL_SERVER',
    says: /redirects to https:\/\/mail\.example\.com\/owa\/auth\/logon\.aspx$/,
    most: 1,
  },
  'the login page itself (DavMail 153)': {
    by: 'password',
    status: 200,
    body: PAGE,
    code: 'NOT_A_MAIL_SERVER',
    says: /answers with a web page, such as a login page/,
    most: 1,
  },
  'HTTP 440, the end of a login by forms': {
    by: 'password',
    status: 440,
    body: PAGE,
    code: 'NOT_A_MAIL_SERVER',
    says: /answers with a web page, such as a login page/,
    most: 1,
  },
  'the administrator allows this program no EWS (DavMail 321)': {
    by: 'password',
    status: 403,
    code: 'SERVER_REFUSED',
    says: /403/,
    most: 1,
  },
};

describe('Exchange', () => {
  let server: EwsServer;
  beforeAll(async () => {
    server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
  });
  afterAll(async () => await server.stop());
  beforeEach(() => {
    server.faults.length = 0;
    server.requests.length = 0;
  });

  it.each(Object.entries(EWS))('%s', async (_, { by, status, headers, body, code, says, most }) => {
    const { authenticator, renewed } = renewing();
    const settings = {
      ...ewsSettings(server),
      ...(by === 'token' && ({ authenticator, authentication: 'oAuth2' } as const)),
    };
    server.faults.push(
      ...Array.from({ length: 20 }, () =>
        status === 200
          ? ({ kind: 'rubbish', body: body ?? '' } as const)
          : ({ kind: 'status', status, headers, body } as const),
      ),
    );
    const found = EwsClient.open(settings).then(
      () => expect.fail('it logged in'),
      (reason: unknown) => reason,
    );
    expect(await found).toMatchObject({ code, message: expect.stringMatching(says) as string });
    expect(server.requests.length).toBeLessThanOrEqual(most);
    expect(renewed()).toBeLessThanOrEqual(1);
  });
});

describe('Graph', () => {
  let server: GraphServer;
  beforeAll(async () => {
    server = await startAdasGraph();
  });
  afterAll(async () => await server.stop());
  beforeEach(() => {
    server.faults.length = 0;
    server.requests.length = 0;
  });

  it.each([
    ['InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'],
    ['CompactToken', 'CompactToken validation failed with reason code: 80049228.'],
    ['InvalidAuthenticationToken', 'JWT is not well formed, there are no dots (.).'],
  ])('a token is refused without an end: %s, %s', async (code, message) => {
    const { authenticator, renewed } = renewing(ADA);
    const body = JSON.stringify({ error: { code, message } });
    server.faults.push(...Array.from({ length: 20 }, () => ({ kind: 'status', status: 401, body }) as const));
    await expect(GraphClient.open(graphSettings(server, {}, authenticator))).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringMatching(/refused|token/) as string,
    });
    expect(server.requests.length).toBeLessThanOrEqual(2);
    expect(renewed()).toBe(1);
  });

  it('a token that expired is replaced once, and the login goes on (exchangelib 852, MailKit 714)', async () => {
    const asked: Array<string | undefined> = [];
    const authenticator: Authenticator = {
      account: ADA,
      fingerprint: 'expired',
      login: async ({ refused } = {}) => {
        asked.push(refused);
        return await Promise.resolve({ user: ADA, accessToken: refused === undefined ? 'expired' : ADA });
      },
    };
    const client = await GraphClient.open(graphSettings(server, {}, authenticator));
    expect(asked.filter((one) => one !== undefined)).toEqual(['expired']);
    await client.close();
  });
});

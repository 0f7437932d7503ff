import { describe, expect, it } from 'vitest';

import { withHint, loginErrorHint } from '../../../mail/account/login-errors/login-error';
import { AUTHENTICATIONS, CELLS, PROVIDERS, type Authentication } from '../../../mail/account/providers';
import { LASTING, MSN_PASSWORD, OTHER, PASSING, context } from './refused-logins';

describe('a refused login', () => {
  it.each(LASTING)('%s', (text, where, fix) => {
    const advice = loginErrorHint(text, where);
    expect(advice?.description).toMatch(fix);
    // Without a code of its own it stays a refused login, which nobody tries again and again.
    expect(advice?.code).toBeUndefined();
  });

  it.each(PASSING)('is temporary: %s', (text, where, code) => {
    const advice = loginErrorHint(text, where);
    expect(advice?.code).toBe(code);
    expect(advice?.message).toMatch(/^\{server\} .*\(\{detail\}\)$/);
    expect(advice?.description).not.toMatch(/wrong|check "/i);
  });

  it.each(LASTING.filter(([, { authentication }]) => authentication !== 'basic'))(
    'gets no advice about passwords when the login uses a token: %s',
    (text, where) => {
      expect(loginErrorHint(text, where)?.description).not.toMatch(
        /app password|enter it instead of|"Password"/i,
      );
    },
  );

  it.each(['Go away', '', '550 No such user here', 'Command Argument Error. 12'])(
    'with an unknown text gets no advice: %s',
    (text) => {
      for (const { id } of PROVIDERS) {
        for (const authentication of Object.keys(AUTHENTICATIONS) as Authentication[]) {
          expect(loginErrorHint(text, context(id, authentication))).toBeUndefined();
        }
      }
    },
  );
});

describe('a wrong password', () => {
  const cells = CELLS.filter(
    ({ authentication, row }) => authentication === 'basic' && row.protocols.includes('imap'),
  );
  const said = cells.flatMap(({ provider, method, row }) =>
    (
      [
        ['imap', '[AUTHENTICATIONFAILED] Authentication failed.'],
        ['pop3', '-ERR [AUTH] Authentication failed.'],
        ['smtp', '535 5.7.8 Error: authentication failed'],
      ] as const
    )
      .filter(([protocol]) => protocol === 'smtp' || row.protocols.includes(protocol))
      .map(([protocol, words]) => ({ provider, protocol, words, method })),
  );

  it.each(said)('of $provider gets the fix as advice: $words', ({ provider, protocol, words, method }) => {
    const hint = loginErrorHint(words, context(provider, 'basic', protocol));
    expect(hint?.code).toBeUndefined();
    // By the names of the credential's own fields.
    expect(hint?.description).toContain(method.appPassword ? '"App Password"' : '"Password"');
    expect(hint?.description).toMatch(/app password/);
    if (method.passwordAdvice) expect(hint?.description).toContain(method.passwordAdvice);
  });

  it.each(cells.filter(({ method }) => method.appPassword))(
    'of $provider gets advice with an address or a sign-in method that helps',
    ({ method }) => {
      expect(method.passwordAdvice).toMatch(/https:\/\/\S+|"OAuth2/);
    },
  );
});

describe('the template for a refused login', () => {
  const template = ['AUTHENTICATION_FAILED', '{server} refused the login ({detail})', 'Check it.'] as const;

  it('gets the advice as its description', () => {
    const [code, message, description] = withHint(template, 'LOGIN failed.', MSN_PASSWORD);
    expect([code, message]).toEqual([template[0], template[1]]);
    expect(description).toMatch(/OAuth2/);
  });

  it('is replaced when the refusal is temporary', () => {
    expect(withHint(template, '[UNAVAILABLE] Later', OTHER)).toEqual([
      'SERVER_REFUSED',
      '{server} could not check the login now ({detail})',
      expect.stringMatching(/again in a few minutes/),
    ]);
  });

  it('stays the same when nothing is known', () => {
    expect(withHint(template, 'Go away', OTHER)).toBe(template);
  });
});

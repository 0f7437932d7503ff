import { isLate, withDeadline } from '../mail/async/deadline';
import { MailError } from '../mail/errors';
import { authorizationUrl } from './authorization-url';
import { openBrowser } from './browser';
import { receiveCallback } from './loopback';
import type { SignInOptions } from './options';
import { newPkce, randomText } from './pkce';
import { refusedSignIn, type Refusal } from './refused';
import type { Target } from './target';
import { redeemCode, type TokenAnswer } from './token-request';
import { whatToOpen } from './words';

export interface Authorization extends SignInOptions {
  clientSecret: string | undefined;
  target: Target;
  /** Shows a text to the user; never given a secret. */
  say(text: string): void;
  /** Stores the token, before the browser shows that the user has signed in. */
  keep(token: TokenAnswer): Promise<void>;
}

/**
 * The authorization code flow of a native app (RFC 8252) with PKCE (RFC 7636).
 *
 * @param signal when it is aborted, its reason is thrown
 * @throws {MailError} COMMAND_TIMEOUT if nobody signs in in time
 */
export async function authorize(authorization: Authorization, signal: AbortSignal): Promise<void> {
  const { provider, clientId, clientSecret, port, target, timeout, keep } = authorization;
  const { endpoints, trust } = target;
  const expected = { port, path: provider.path, state: randomText() };
  const redirectUri = `http://localhost:${port}${provider.path}`;
  const { verifier: codeVerifier, challenge: codeChallenge } = newPkce();
  const request = { redirectUri, state: expected.state, codeChallenge };
  await withDeadline({ timeout, signals: [signal] }, async (over) => {
    try {
      await receiveCallback(expected, over, {
        listening: () => show(authorizationUrl(authorization, endpoints, request), authorization),
        received: async (query) => {
          const code = query.get('code');
          if (!code) throw refusedSignIn(refusalIn(query), { name: provider.name, clientSecret });
          const grant = { name: provider.name, clientId, clientSecret, code, codeVerifier, redirectUri };
          const token = await redeemCode(endpoints.tokenUrl, grant, trust, over);
          await keep(token);
        },
      });
    } catch (error) {
      throw isLate(over) && error === over.reason ? tooLate(timeout) : error;
    }
  });
}

const refusalIn = (query: URLSearchParams): Refusal => ({
  error: query.get('error') ?? '',
  error_description: query.get('error_description') ?? '',
});

function show(url: string, { say, browser, provider, timeout }: Authorization): void {
  say(whatToOpen(url, provider.name, timeout));
  if (browser) openBrowser(url);
}

const tooLate = (timeout: number): MailError =>
  new MailError(
    'COMMAND_TIMEOUT',
    `Nobody signed in within ${timeout / 1000} seconds`,
    'Run the command again. Use --timeout to wait longer.',
  );

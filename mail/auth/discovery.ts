import { MailError } from '../errors';
import { httpRequest } from '../net/https-request';
import { httpsUrl } from '../net/https-url';
import { withJson, type RequestContext } from './token-endpoint';

/**
 * An identity provider's metadata (OpenID Connect Discovery section 4), as JSON.
 *
 * @param authority the provider's URL, as the user entered it
 * @throws {MailError} TOKEN_UNAVAILABLE, OUTBOUND_BLOCKED, INVALID_INPUT for metadata without a token endpoint
 */
export async function discover(authority: string, { signal, trust }: RequestContext): Promise<string> {
  const url = `${authority.replace(/\/+$/, '')}/.well-known/openid-configuration`;
  const { status, body } = withJson(await httpRequest(url, { signal, trust }));
  if (status === 429 || status >= 500) {
    throw new MailError(
      'TOKEN_UNAVAILABLE',
      `${new URL(url).host} does not answer OpenID Connect discovery at the moment (HTTP status ${status})`,
      'Try again in a few minutes.',
    );
  }
  if (status !== 200 || typeof body.token_endpoint !== 'string') {
    throw new MailError(
      'INVALID_INPUT',
      `Custom Authority: there is no OpenID Connect discovery document at ${url} (HTTP status ${status})`,
      'Enter the URL that the identity provider calls its issuer. For Microsoft Entra it ends with /v2.0.',
    );
  }
  httpsUrl('Token endpoint of the custom authority', body.token_endpoint);
  return JSON.stringify(body);
}

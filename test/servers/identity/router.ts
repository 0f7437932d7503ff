import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider' with { 'resolution-mode': 'import' };
import type { TokenAnswer } from './answers';
import type { Rewritten } from './body';
import { answerInteraction } from './pages';
import { asksForRefreshToken, ownPath, tenantDiscovery } from './paths';
import type { TokenEndpoint } from './token-endpoint';

export interface Routes {
  provider: Provider;
  tokens: TokenEndpoint;
  /** Answers a form at the token endpoint itself, or leaves it to the provider by answering undefined. */
  ownGrant: (form: URLSearchParams) => Promise<TokenAnswer | undefined>;
  autoLogin: () => string | undefined;
}

/** Microsoft's and Google's addresses, and the pages for users, in front of the provider. */
export function router({ provider, tokens, ownGrant, autoLogin }: Routes) {
  const next = provider.callback();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', provider.issuer);
    const discovery = tenantDiscovery(provider.issuer, url.pathname);
    if (discovery) {
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(discovery));
      return;
    }
    if (url.pathname.startsWith('/interaction/')) {
      return answerInteraction(provider, request, response, autoLogin());
    }
    const path = ownPath(url.pathname);
    const query = path === '/auth' ? asksForRefreshToken(url.searchParams) : url.searchParams;
    const rewritten: Rewritten = Object.assign(request, { askedUrl: request.url, url: `${path}?${query}` });
    if (path === '/token') return tokens.handle(rewritten, response, ownGrant, next);
    return next(request, response);
  };
}

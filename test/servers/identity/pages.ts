import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  InteractionResults,
  Interaction,
  Provider,
} from 'oidc-provider' with { 'resolution-mode': 'import' };
import { readForm } from './body';

/**
 * Signing in and consent, as a user of a browser meets them: a page that asks who it is, and one that asks
 * whether the app may. With `autoLogin` the answers are given at once.
 */
export async function answerInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  autoLogin: string | undefined,
): Promise<void> {
  const interaction = await provider.interactionDetails(request, response);
  const finish = (result: InteractionResults) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  const isConsent = interaction.prompt.name === 'consent';
  if (!autoLogin && request.method !== 'POST') {
    return sendPage(response, isConsent ? consentPage(interaction) : loginPage(interaction));
  }
  const form = autoLogin
    ? new URLSearchParams({ email: autoLogin, decision: 'allow' })
    : await readForm(request);
  if (!isConsent) return finish({ login: { accountId: form.get('email') ?? '' }, select_account: {} });
  if (form.get('decision') === 'allow') {
    return finish({ consent: { grantId: await grant(provider, interaction) } });
  }
  return finish({ error: 'access_denied', error_description: 'The user did not allow it.' });
}

/** Everything that the app asked for. */
async function grant(provider: Provider, { grantId, session, params, prompt }: Interaction): Promise<string> {
  const known = grantId ? await provider.Grant.find(grantId) : undefined;
  const all =
    known ?? new provider.Grant({ accountId: session?.accountId, clientId: params.client_id as string });
  all.addOIDCScope(String(params.scope ?? 'openid'));
  all.addOIDCClaims((prompt.details.missingOIDCClaims as string[] | undefined) ?? []);
  return all.save();
}

const escape = (text: unknown) =>
  String(text ?? '').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const loginPage = ({ params }: Interaction) => `
  <h1>Sign in</h1>
  <label>Email <input name="email" type="email" required autofocus value="${escape(params.login_hint)}"></label>
  <button>Sign in</button>`;

const consentPage = ({ params, session }: Interaction) => `
  <h1>Permissions requested</h1>
  <p>${escape(params.client_id)} asks ${escape(session?.accountId)} for: ${escape(params.scope)}</p>
  <button name="decision" value="allow">Allow</button>
  <button name="decision" value="deny" formnovalidate>Deny</button>`;

function sendPage(response: ServerResponse, content: string): void {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><title>Identity provider</title><form method="post">${content}</form>`);
}

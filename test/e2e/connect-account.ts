import { followSignIn } from '../servers/browser';
import type { RestClient, Stored } from '../servers/n8n';

/**
 * What "Connect my account" in the editor does, without the editor: asks n8n for the sign-in page, goes there,
 * and takes the answer back to n8n.
 *
 * @param ca certificate (PEM) of the identity provider's authority; its user signs in without a form
 */
export async function connectAccount(rest: RestClient, credential: Stored, ca: string): Promise<void> {
  const answer = await rest.call('GET', `/oauth2-credential/auth?id=${credential.id}`);
  const response = await fetch(await followSignIn(String(answer), ca), {
    headers: { 'browser-id': rest.browserId, cookie: rest.cookie },
    signal: AbortSignal.timeout(60_000),
  });
  const page = await response.text();
  // n8n answers 200 for a failure too, with a page that says so.
  if (response.ok && page.includes('Connection successful')) return;
  const text = page.replace(/<(script|style)[^]*?<\/\1>|<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  throw new Error(`n8n was not connected: ${text.slice(0, 400)}`);
}

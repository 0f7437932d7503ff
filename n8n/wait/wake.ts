import { setTimeout as sleep } from 'node:timers/promises';

import type { ITriggerFunctions } from 'n8n-workflow';

import { MailError } from '../../mail/errors';
import { proofOf, type Waiting } from './wait-id';

/** What the webhook of the node says about an answer by mail, in the place of a page. */
export const MAIL_TAKEN = 'Email Mailbox: the answer was taken';
export const MAIL_REFUSED = 'Email Mailbox: this is no answer';

/** In the URL: the answer comes from a trigger. Nobody else can sign it, because no mail has such a link. */
export const BY_MAIL = { by: 'mail' };

/** `gone`: the run does not wait for it, or no longer. `refused`: it is no answer to n8n, such as of another sender. */
export type Woken = 'woken' | 'refused' | 'gone';

/** Milliseconds before each further attempt: the run may not have been put away yet. */
const ATTEMPTS = [200, 800, 2_000, 5_000];
/** Milliseconds of one request. */
const PATIENCE = 30_000;

/**
 * Lets a waiting run go on with an answer.
 *
 * @throws {MailError} if n8n could not be asked, so that it has to be tried again
 */
export async function wake(context: ITriggerFunctions, waiting: Waiting, answer: object): Promise<Woken> {
  const urls = addressesOf(signerFor(context, waiting)({ question: waiting.question, ...BY_MAIL }));
  for (const wait of [...ATTEMPTS, undefined]) {
    const said = await post(urls, answer);
    if (said.text === MAIL_TAKEN) return 'woken';
    if (said.text === MAIL_REFUSED) return 'refused';
    // Not our signature: the address of this n8n is set up in a way in which none of its signed links works.
    if (said.status === 401) return 'refused';
    const mayHelp = said.status === 409 || said.status >= 500;
    if (!mayHelp || wait === undefined) return 'gone';
    await sleep(wait);
  }
  return 'gone';
}

/** Whether this n8n lets a trigger sign for another node (n8n-core's TriggerContext, seen in 1.123 to 2.41). */
export const canWake = (context: ITriggerFunctions): boolean =>
  typeof (context as Partial<ITriggerFunctions>).getSignedResumeUrl === 'function' &&
  (context as { additionalData?: unknown }).additionalData !== undefined;

/** Whether this n8n has asked the question. */
export const isOurs = (context: ITriggerFunctions, waiting: Waiting): boolean =>
  proofOf(signerFor(context, waiting), waiting.question) === waiting.proof;

/** Signs for the node that asks. n8n signs with a secret that is the same for all nodes. */
function signerFor(context: ITriggerFunctions, { runId, nodeId }: Waiting) {
  const { additionalData } = context as unknown as { additionalData: object };
  const other = Object.create(context, {
    additionalData: { value: { ...additionalData, executionId: runId } },
    node: { value: { ...context.getNode(), id: nodeId } },
  }) as ITriggerFunctions;
  return (parameters: Record<string, string>): string => other.getSignedResumeUrl(parameters);
}

/**
 * Where n8n takes it: this process itself, and otherwise the public address. A main process that leaves webhooks to others
 * does not take it. The signature does not cover the host.
 */
export function addressesOf(signed: string, env: NodeJS.ProcessEnv = process.env): string[] {
  const {
    N8N_PORT = '5678',
    N8N_LISTEN_ADDRESS = '',
    N8N_PROTOCOL,
    N8N_DISABLE_PRODUCTION_MAIN_PROCESS,
  } = env;
  if (N8N_PROTOCOL === 'https' || N8N_DISABLE_PRODUCTION_MAIN_PROCESS === 'true') return [signed];
  const host = ['', '::', '0.0.0.0'].includes(N8N_LISTEN_ADDRESS) ? '127.0.0.1' : N8N_LISTEN_ADDRESS;
  const { pathname, search } = new URL(signed);
  const here = `http://${host.includes(':') ? `[${host}]` : host}:${N8N_PORT}${pathname}${search}`;
  return [here, signed];
}

async function post(urls: readonly string[], answer: object): Promise<{ status: number; text: string }> {
  let problem = 'it did not answer';
  for (const [index, url] of urls.entries()) {
    const stopping = new AbortController();
    const timer = setTimeout(() => stopping.abort(), PATIENCE);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(answer),
        redirect: 'manual',
        signal: stopping.signal,
      });
      const text = (await response.text()).slice(0, 10_000);
      // Another server, or a process of n8n that takes no webhooks.
      const isN8n = response.status !== 404 || text.includes('does not exist');
      const isLast = index === urls.length - 1;
      if (isN8n && (response.status !== 401 || isLast)) return { status: response.status, text };
      problem = `it answered ${response.status}`;
    } catch (error) {
      problem = (error as Error).message;
    } finally {
      clearTimeout(timer);
    }
  }
  throw notReached(problem);
}

const notReached = (problem: string): MailError =>
  new MailError(
    'CONNECTION_REFUSED',
    `An answer to a waiting run has arrived, but n8n could not be told: ${problem}`,
    'Check that this n8n reaches its own address: N8N_PORT, or WEBHOOK_URL. It is tried again.',
  );

import type { ITriggerFunctions } from 'n8n-workflow';

import { MailError } from '../../mail/errors';
import { proofOf, type Waiting } from './wait-id';

/** What the webhook of the node says about an answer by mail, in the place of a page. */
export const MAIL_TAKEN = 'Email Mailbox: the answer was taken';
export const MAIL_REFUSED = 'Email Mailbox: this is no answer';
/** In the HTML of each page of the node, and in no page of n8n. */
export const OWN_PAGE = 'data-email';

/** In the URL: the answer comes from a trigger. Nobody else can sign it, because no mail has such a link. */
export const BY_MAIL = { by: 'mail' };

/**
 * `gone`: the run does not wait for it, or no longer. `busy`: the run is at work, so that it may be about to wait.
 * `refused`: it is no answer to the node, such as of another sender. `unsigned`: n8n does not know its own signature.
 */
export type Woken = 'woken' | 'gone' | 'busy' | 'refused' | 'unsigned';

/** Milliseconds of one request. */
const PATIENCE = 30_000;

/**
 * Lets a waiting run go on with an answer.
 *
 * @throws {MailError} if n8n did not say what became of it, so that it has to be tried again
 */
export async function wake(context: ITriggerFunctions, waiting: Waiting, answer: object): Promise<Woken> {
  const urls = addressesOf(signerFor(context, waiting)({ question: waiting.question, ...BY_MAIL }));
  let problem = 'it did not answer';
  for (const [index, url] of urls.entries()) {
    try {
      const said = await post(url, answer);
      const meaning = meaningOf(said, waiting);
      const isLast = index === urls.length - 1;
      // What is not signed for this process may be so for the public address.
      if (meaning && (meaning !== 'unsigned' || isLast)) return meaning;
      problem = `it answered ${said.status}`;
    } catch (error) {
      problem = problemOf(error as Error);
    }
  }
  throw notReached(problem);
}

interface Said {
  status: number;
  text: string;
  /** Of a redirection. */
  location: string;
}

/**
 * What n8n said (waiting-webhooks.js of 1.123 and 2.41). Undefined if nothing is known by it: n8n that starts says 200,
 * without its database 503, and a proxy may say anything.
 */
function meaningOf({ status, text, location }: Said, { runId }: Waiting): Woken | undefined {
  if (text === MAIL_TAKEN) return 'woken';
  if (text === MAIL_REFUSED) return 'refused';
  switch (status) {
    case 200:
      // The run has ended, or waits at another node.
      return /no action required/i.test(text) ? 'gone' : undefined;
    case 307:
      // To the form for which the run waits now.
      return location.includes(`/${runId}/`) ? 'gone' : undefined;
    case 401:
      return 'unsigned';
    case 404:
      return /The execution \S{1,80} does not exist|for execution \S{1,80} does not contain|Could not find node/.test(
        text,
      )
        ? 'gone'
        : undefined;
    case 409:
      if (text.includes('is running already')) return 'busy';
      return text.includes('has finished') ? 'gone' : undefined;
    case 410:
      return text.includes(OWN_PAGE) ? 'gone' : undefined;
    default:
      return undefined;
  }
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

async function post(url: string, answer: object): Promise<Said> {
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
    return { status: response.status, text, location: response.headers.get('location') ?? '' };
  } finally {
    clearTimeout(timer);
  }
}

/** Node's own words are "fetch failed", with the reason in the cause. */
function problemOf({ name, message, cause }: Error): string {
  if (name === 'AbortError') return `it did not answer within ${PATIENCE / 1000} seconds`;
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? `it cannot be reached (${code})` : message;
}

const notReached = (problem: string): MailError =>
  new MailError(
    'CONNECTION_REFUSED',
    `An answer to a waiting run has arrived, but n8n could not be told: ${problem}`,
    'Check that this n8n reaches its own address: N8N_PORT, or WEBHOOK_URL. It is tried again.',
  );

/** Why a run could not be told: no signed link of this n8n works. */
export const notSigned = (): MailError =>
  new MailError(
    'SERVER_REFUSED',
    'An answer to a waiting run has arrived, but n8n refused the link that it has signed itself (401), so the answer is handled like any other mail',
    'Check WEBHOOK_URL: where a proxy takes a path off the address, no signed link of n8n works, and nobody can answer by link either.',
  );

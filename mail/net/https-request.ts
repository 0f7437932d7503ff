import { Agent, request, type RequestOptions } from 'node:https';

import { MailError, isMailError } from '../errors';
import { httpsServer, tlsOptions, type TlsPolicy } from './network';

const TIMEOUT = 30_000;
/** An identity provider's answers have a few kilobytes. */
const MAX_BODY = 1024 * 1024;

export interface HttpOptions {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
  trust?: TlsPolicy;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * One https request within 30 seconds, for what is asked beside the mail server, such as a token. A redirect
 * is not followed: what was sent is a secret, and meant for one server alone.
 *
 * @throws {MailError} TOKEN_UNAVAILABLE, OUTBOUND_BLOCKED, INVALID_INPUT for a URL that is not https
 */
export async function httpRequest(url: string, options: HttpOptions = {}): Promise<HttpAnswer> {
  const { trust = {} } = options;
  const target = httpsUrl(url);
  try {
    const { host, port } = httpsServer(target);
    await trust.outbound?.assertAllowed(host, port);
    const agent = new Agent({ ...tlsOptions(trust), ...fromEnvironment });
    try {
      return await send(target, { ...options, agent });
    } finally {
      agent.destroy();
    }
  } catch (error) {
    throw isMailError(error) ? error : unavailable(target.host, error as NodeJS.ErrnoException);
  }
}

// Node 24.5 and later take the proxy for https from HTTPS_PROXY and NO_PROXY, as n8n does.
const fromEnvironment: object = { proxyEnv: process.env };

function httpsUrl(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target?.protocol === 'https:') return target;
  throw new MailError(
    'INVALID_INPUT',
    `"${url.slice(0, 200)}" is not an https URL`,
    'Correct the URL in the credential. A secret is only sent over https.',
  );
}

async function send(target: URL, options: HttpOptions & Pick<RequestOptions, 'agent'>): Promise<HttpAnswer> {
  const { method = 'GET', headers = {}, body = '', agent } = options;
  const late = AbortSignal.timeout(TIMEOUT);
  const signal = options.signal ? AbortSignal.any([options.signal, late]) : late;
  return await new Promise((resolve, reject) => {
    const length = body ? { 'content-length': String(Buffer.byteLength(body)) } : {};
    const call = request(target, { method, headers: { ...headers, ...length }, agent, signal }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BODY) answer.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
          ),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

function unavailable(host: string, { code, name, message }: NodeJS.ErrnoException): MailError {
  const reason = ['TimeoutError', 'AbortError'].includes(name)
    ? 'it did not answer in time'
    : (code ?? message);
  return new MailError(
    'TOKEN_UNAVAILABLE',
    `${host} could not be asked (${reason})`,
    'Check the network between n8n and this server, and its certificate, then run the workflow again.',
  );
}

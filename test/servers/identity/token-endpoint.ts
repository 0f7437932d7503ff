import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TokenAnswer } from './answers';
import { again, readForm, type Rewritten } from './body';

export interface TokenRequest {
  grantType: string;
  clientId: string;
  scope: string;
  /** The path that was asked, e.g. `/example.test/oauth2/v2.0/token`. */
  path: string;
  /** Undefined until it is answered. */
  status?: number;
  /** The code of RFC 6749 section 5.2. */
  error?: string;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Stands before the provider's token endpoint: counts what is asked, and fails on request. */
export class TokenEndpoint {
  readonly requests: TokenRequest[] = [];
  readonly #canned: TokenAnswer[] = [];
  #stalled = false;

  /** The next `times` requests get this answer. */
  readonly failNext = (answer: TokenAnswer, times = 1): void => {
    for (let count = 0; count < times; count += 1) this.#canned.push(answer);
  };

  /** Requests are read and never answered, until `resume`. */
  readonly stall = (): void => {
    this.#stalled = true;
  };

  readonly resume = (): void => {
    this.#stalled = false;
  };

  /** @param own answers a form itself, or leaves it to `next` by answering undefined */
  async handle(
    request: Rewritten,
    response: ServerResponse,
    own: (form: URLSearchParams) => Promise<TokenAnswer | undefined>,
    next: Handler,
  ): Promise<void> {
    const form = await readForm(request);
    this.#record(request, response, form);
    if (this.#stalled) return;
    const answer = this.#canned.shift() ?? (await own(form));
    if (answer) send(response, answer);
    else await next(again(request, form), response);
  }

  #record(request: Rewritten, response: ServerResponse, form: URLSearchParams): void {
    const record: TokenRequest = {
      grantType: form.get('grant_type') ?? '',
      clientId: clientIdOf(request, form),
      scope: form.get('scope') ?? '',
      path: request.askedUrl?.split('?')[0] ?? '',
    };
    this.requests.push(record);
    const end = response.end.bind(response) as (body?: unknown, ...rest: unknown[]) => ServerResponse;
    response.end = ((body?: unknown, ...rest: unknown[]) => {
      record.status = response.statusCode;
      record.error = /"error":"(\w+)"/.exec(String(body))?.[1];
      return end(body, ...rest);
    }) as ServerResponse['end'];
  }
}

function send(response: ServerResponse, { status, body }: TokenAnswer): void {
  const text = typeof body === 'string';
  response.writeHead(status, { 'Content-Type': text ? 'text/html' : 'application/json' });
  response.end(text ? body : JSON.stringify(body));
}

/** From wherever the client has put it: the body, its header, or what it has signed. */
function clientIdOf(request: IncomingMessage, form: URLSearchParams): string {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic) return decodeURIComponent(Buffer.from(basic, 'base64').toString().split(':')[0] ?? '');
  const assertion = form.get('client_assertion') ?? form.get('assertion');
  const claims = assertion?.split('.')[1];
  const signed = claims && (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iss?: string });
  return form.get('client_id') ?? (signed ? (signed.iss ?? '') : '');
}

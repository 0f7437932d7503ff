import { createServer, type RequestListener, type Server } from 'node:http';

import { MailError, invalidInput, isMailError } from '../mail/errors';
import { callbackQuery, type ExpectedCallback } from './callback';
import { showPage, type Page } from './page';

/** The browser resolves `localhost` to either of them. Other computers can reach neither. */
const ADDRESSES = ['127.0.0.1', '::1'];
const REQUEST_TIMEOUT = 10_000;

export interface CallbackHandlers<T> {
  /** Called once, when the server is ready for the callback. */
  listening(): void;
  /** Called once, with the query of the callback. The browser then shows whether it succeeded. */
  received(query: URLSearchParams): Promise<T>;
}

/**
 * Receives the browser when it returns from the identity provider (RFC 8252 section 7.3). Requests that do not belong to
 * the authorization request are refused, and the wait goes on until one does.
 *
 * @param signal when it is aborted, its reason is thrown
 * @throws {MailError} INVALID_INPUT if the port is not available, and any error that `received` throws
 */
export async function receiveCallback<T>(
  { port, ...expected }: ExpectedCallback & { port: number },
  signal: AbortSignal,
  { listening, received }: CallbackHandlers<T>,
): Promise<T> {
  signal.throwIfAborted();
  const servers: Server[] = [];
  try {
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      let isReceived = false;
      const answer: RequestListener = (request, response) => {
        const query = callbackQuery(request, expected);
        if (!(query instanceof URLSearchParams)) return void showPage(response, query);
        if (isReceived) return void showPage(response, ANSWERED);
        isReceived = true;
        received(query).then(
          (result) => void showPage(response, SIGNED_IN).then(() => resolve(result)),
          (error: Error) => void showPage(response, failed(error)).then(() => reject(error)),
        );
      };
      listen(port, answer, servers).then(listening).catch(reject);
    });
  } finally {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

const SIGNED_IN: Page = {
  status: 200,
  title: 'Signed in',
  text: 'You can close this page and go back to the command.',
};

const ANSWERED: Page = {
  status: 400,
  title: 'Not accepted',
  text: 'The sign-in was already answered.',
};

const failed = (error: Error): Page => ({
  status: 400,
  title: 'The sign-in failed',
  text: isMailError(error) ? `${error.message}. ${error.description}` : 'The command shows why.',
});

async function listen(port: number, answer: RequestListener, servers: Server[]): Promise<void> {
  for (const address of ADDRESSES) {
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT }, answer);
    servers.push(server);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, address, resolve);
      });
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      // A computer without IPv6 has no second address.
      if (address === '::1' && ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code)) continue;
      throw cannotListen(port, code);
    }
  }
}

function cannotListen(port: number, code: string): MailError {
  const reason = code === 'EADDRINUSE' ? 'another program uses it' : `it cannot be opened (${code})`;
  return invalidInput(
    'Port',
    `${port}: ${reason}`,
    'Close the other program, or choose another port with --port.',
  );
}

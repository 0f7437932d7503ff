import { Readable } from 'node:stream';

import { saslSecrets, base64 } from '../auth/token-responses';
import type { Authenticator, Login, LoginRequest } from '../auth/authenticator';
import { MailError, isMailError } from '../errors';
import { fingerprint } from '../fingerprint';
import type { MailClient } from '../model/client';
import { blot } from '../net/blot';
import type { HostAndPort } from '../net/host-and-port';

/** Maximum number of logins to remember. A token is valid for an hour, and errors do not come that late. */
const MOST_LOGINS = 5;

/**
 * Passes logins through, and remembers their secrets so that they can be removed from errors. All that a client knows of
 * its session's authenticator: between two sessions, the client has none.
 */
export class RememberedLogins implements Authenticator {
  readonly account: string;
  readonly #server: HostAndPort;
  #authenticator?: Authenticator;
  #secrets: string[][] = [];
  #latest?: Login;

  constructor(authenticator: Authenticator, server: HostAndPort) {
    this.account = authenticator.account;
    this.#authenticator = authenticator;
    this.#server = server;
  }

  get fingerprint(): string {
    return this.#authenticator?.fingerprint ?? '';
  }

  /** The last login, for comparison. */
  get latest(): string {
    return loginFingerprint(this.#latest);
  }

  /** Changes the session that the client serves; undefined for none. */
  attach(authenticator: Authenticator | undefined): void {
    this.#authenticator = authenticator;
  }

  async login(request?: LoginRequest): Promise<Login> {
    if (!this.#authenticator) throw nobodys();
    const login = await this.#authenticator.login(request);
    this.#latest = login;
    const secrets = secretsOf(login, this.#server);
    const isKnown = this.#secrets.some((known) => known.join() === secrets.join());
    if (!isKnown) this.#secrets = [secrets, ...this.#secrets].slice(0, MOST_LOGINS);
    return login;
  }

  /** Removes the secrets in every form in which a server could repeat them. */
  blot(text: string): string {
    return blot(text, this.#secrets.flat());
  }
}

export const loginFingerprint = (login: Login | undefined): string => fingerprint(login);

const nobodys = (): MailError =>
  new MailError('SESSION_CLOSED', 'The email session of this connection has ended', 'Try again.');

const secretsOf = (login: Login, server: HostAndPort): string[] => [
  ...saslSecrets(login, server),
  // HTTP Basic (RFC 7617).
  ...('pass' in login ? [base64(`${login.user}:${login.pass}`)] : []),
];

/**
 * A client whose errors and reasons contain no secrets of the login, whatever the server says. The only place for this:
 * everything from an open session passes through here.
 */
export function guardedClient(client: MailClient, logins: RememberedLogins): MailClient {
  return new Proxy(client, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, parameters);
        if (result instanceof Promise) return guardedPromise(result, parameters, logins);
        return isAsyncIterable(result) ? guardedItems(result, logins) : result;
      };
    },
  });
}

/** What a read-only session may use of its client. A new method is refused until it is entered here as reading. */
const READS: Readonly<Record<keyof MailClient, boolean>> = {
  ...{ protocol: true, usable: true, notifies: true, check: true, close: true },
  ...{ listMessages: true, findMessages: true, getMessages: true, matchMessages: true },
  ...{ searchMessages: true, threadMessages: true },
  ...{ openAttachment: true, openAttachments: true, openMessage: true, openMessages: true },
  ...{ waitForChanges: true, changesSince: true, assertKeepsDrafts: true },
  ...{ listFolders: true, getFolder: true, getQuota: true },
  ...{ moveMessages: false, copyMessages: false, deleteMessages: false, markMessages: false },
  ...{ appendMessage: false, send: false, saveDraft: false, sendDraft: false },
  ...{ createFolder: false, renameFolder: false, deleteFolder: false, emptyFolder: false },
};

/**
 * The client of a session that may only read: whatever changes or sends something rejects before it reaches the server.
 *
 * @param session its name
 */
export const readOnlyClient = (client: MailClient, session: string): MailClient =>
  new Proxy(client, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      const reads = Object.hasOwn(READS, name) && READS[name as keyof MailClient];
      if (typeof value !== 'function' || reads) return value;
      return async () => await Promise.reject(readOnly(session));
    },
  });

const readOnly = (session: string): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    `The session "${session}" is read-only: Email Connect opened it with Read Only`,
    'To change or send mail, use another session, or remove the option "Read Only" from the node that opens this one. Nothing was changed.',
  );

async function guardedPromise(
  result: Promise<unknown>,
  parameters: unknown[],
  logins: RememberedLogins,
): Promise<unknown> {
  try {
    const value = await result;
    clean(value, logins);
    return value;
  } catch (error) {
    throw clean(error, logins);
  } finally {
    // For a list of failures that the caller passed in.
    for (const parameter of parameters) if (parameter instanceof Map) clean(parameter, logins);
  }
}

async function* guardedItems(
  items: AsyncIterable<unknown>,
  logins: RememberedLogins,
): AsyncGenerator<unknown> {
  try {
    for await (const item of items) {
      clean(item, logins);
      yield item;
    }
  } catch (error) {
    throw clean(error, logins);
  }
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** Properties of results that contain a server's text. */
const REASONS = ['reason', 'draftKept'] as const;

/**
 * Removes the secrets from an error, from errors within a result, and from a server's texts about individual
 * recipients.
 */
function clean(value: unknown, logins: RememberedLogins): unknown {
  if (isMailError(value)) {
    for (const field of ['message', 'description', 'stack'] as const) {
      const text = value[field];
      const blotted = text === undefined ? text : logins.blot(text);
      if (blotted !== text)
        Object.defineProperty(value, field, { value: blotted, writable: true, configurable: true });
    }
  } else if (value instanceof Map) {
    for (const one of value.values()) if (isMailError(one)) clean(one, logins);
  } else if (Array.isArray(value)) {
    for (const one of value) if (isMailError(one) || hasReason(one) || isDownload(one)) clean(one, logins);
  } else if (isDownload(value)) {
    value.content.prependListener('error', (error) => void clean(error, logins));
  } else if (hasReason(value)) {
    for (const field of REASONS) {
      const text = value[field];
      if (typeof text === 'string') value[field] = logins.blot(text);
    }
    clean(value.rejected, logins);
    clean(value.sentCopy, logins);
  }
  return value;
}

type WithReason = Record<string, unknown>;

const hasReason = (value: unknown): value is WithReason =>
  typeof value === 'object' && value !== null && ('reason' in value || 'sentCopy' in value);

const isDownload = (value: unknown): value is { content: Readable } =>
  typeof value === 'object' && value !== null && 'content' in value && value.content instanceof Readable;

import { MailError } from '../errors';
import { messageGone } from '../exchange/ids';
import { uncertain } from '../exchange/batch-result';
import { ReplyFailed } from '../exchange/reply-failed';
import { PositionLost } from '../exchange/position-lost';
import { asksForClaims, claimsMissing } from '../exchange/claims';
import { errorByCode, errorWhenRead, isNotLookedAt, leavesOpen } from '../exchange/response-codes';
import { redact } from '../net/network-errors';
import type { GraphSettings } from '../account/graph-settings';
import type { Authentication } from '../account/providers';
import type { GraphSessionSettings } from '../account/session-settings';

/** The session's data for errors. Contains no login. */
export interface GraphContext {
  graph: GraphSettings;
  authentication: Authentication;
  /** The signed-in user, or the mailbox that an app opens. */
  account: string;
}

export const contextOf = ({ graph, authentication, authenticator }: GraphSessionSettings): GraphContext => ({
  ...{ graph, authentication },
  account: authenticator.account,
});

/** An error from Graph (https://learn.microsoft.com/graph/errors). */
interface GraphFault {
  /** The HTTP status. */
  status: number;
  /** For example ErrorItemNotFound; absent if the response is not from Graph. */
  code?: string;
  /** Whether the token lacks something that a rule of the organization requires. */
  lacksClaims?: boolean;
}

/**
 * The error in a reply or in part of a batch. Its text is left out, because it may contain anything.
 *
 * @param challenge the header WWW-Authenticate
 */
export function faultOf(status: number, body: unknown, challenge?: string): GraphFault {
  const { code } = (body as { error?: { code?: unknown } } | null | undefined)?.error ?? {};
  return {
    status,
    ...(typeof code === 'string' && { code: redact(code, []).slice(0, 100) }),
    lacksClaims: status === 401 && asksForClaims(challenge),
  };
}

/**
 * Whether Graph was too busy to process the request (https://learn.microsoft.com/graph/throttling), so that it can be
 * repeated. A response without a code may come from a gateway that forwarded the request, so it is not enough for a
 * change.
 */
export const isBusy = ({ status, code }: GraphFault, changes: boolean): boolean =>
  status === 429 || isNotLookedAt(code ?? '') || (status === 503 && (!changes || code !== undefined));

/**
 * Converts a fault to an error.
 *
 * @param changes whether the request changes something, which the server may have done before it failed
 */
export function errorOf(fault: GraphFault, changes: boolean, context: GraphContext): MailError {
  const { status, code = '', lacksClaims } = fault;
  if (lacksClaims) return claimsMissing(context.graph.url.host, context.authentication);
  const what = code || `HTTP ${status} from ${context.graph.url.host}`;
  const known =
    (changes ? undefined : errorWhenRead(code)) ?? BY_CODE.get(code)?.(context, code) ?? errorByCode(code);
  if (changes && isOpen(status) && (!known || leavesOpen(code))) {
    return uncertain(`Microsoft Graph failed (${what})`);
  }
  const refusal =
    known ??
    BY_STATUS.get(status)?.(context, code) ??
    new MailError(
      'SERVER_REFUSED',
      `Microsoft Graph refused the request (${what})`,
      status >= 500 ? 'Try again later.' : 'Check the parameters of the node.',
    );
  return !changes && isOpen(status) && refusal.code === 'SERVER_REFUSED' ? new ReplyFailed(refusal) : refusal;
}

/**
 * Statuses that mean that certainly nothing was done: not implemented, and insufficient storage
 * (https://learn.microsoft.com/graph/errors).
 */
const NOT_DONE = [501, 507];

const isOpen = (status: number): boolean => status === 408 || (status >= 500 && !NOT_DONE.includes(status));

type Refusal = (context: GraphContext, code: string) => MailError;

const noMailbox: Refusal = ({ graph, account }, code) =>
  new MailError(
    'SERVER_REFUSED',
    `${graph.mailbox ?? account} has no mailbox in Exchange Online (${code})`,
    'Check "Email Address" in the credential and "Shared Mailbox" in Email Connect. Graph cannot open a mailbox on your own Exchange Server, or of an account without a license.',
  );

const notAllowed: Refusal = ({ authentication, graph }, code) =>
  new MailError(
    'ACCESS_DENIED',
    `Microsoft Graph does not allow this for the account of the session (${code || 'HTTP 403'})`,
    authentication === 'clientCredentials'
      ? 'The app needs the application permissions "Mail.ReadWrite" and "Mail.Send" of Microsoft Graph with admin consent. If access is limited to some mailboxes, this mailbox must be one of them.'
      : graph.mailbox
        ? 'The account needs access to the shared mailbox ("Full Access", and "Send As" to send), and the credential needs the permissions "Mail.ReadWrite.Shared" and "Mail.Send.Shared": connect it again.'
        : 'The credential needs the permissions "Mail.ReadWrite" and "Mail.Send" of Microsoft Graph: connect it again.',
  );

const tokenRefused: Refusal = ({ graph: { url }, authentication }) =>
  new MailError(
    'AUTHENTICATION_FAILED',
    `${url.host} refused the access token`,
    authentication === 'clientCredentials'
      ? 'Check "Cloud" in the credential, and that the app has the application permissions "Mail.ReadWrite" and "Mail.Send" of Microsoft Graph with admin consent.'
      : 'Set "Access" in the credential to "Microsoft Graph", and connect it again.',
  );

const tooComplex: Refusal = (_, code) =>
  new MailError(
    'NOT_SUPPORTED',
    `The filters are too complex for Microsoft Graph (${code})`,
    'Use fewer filters.',
  );

const tooLarge: Refusal = () =>
  new MailError(
    'SERVER_REFUSED',
    'The message is too large for Microsoft Graph',
    'Make the text or the attachments smaller. Exchange Online accepts 35 MB unless an administrator raised the limit, and never more than 150 MB.',
  );

/** The item was changed by someone else in the meantime (RFC 9110 section 15.5.13). */
const conflict: Refusal = (_, code) => errorByCode(code) ?? errorByCode('ErrorIrresolvableConflict')!;

/** A delta link is no longer valid (https://learn.microsoft.com/graph/delta-query-overview). */
const positionLost: Refusal = () => new PositionLost();

const BY_STATUS: ReadonlyMap<number, Refusal> = new Map([
  [410, positionLost],
  [412, conflict],
  [401, tokenRefused],
  [403, notAllowed],
  [413, tooLarge],
]);

/** Errors that only Graph has, or for which it uses other codes than the rest of Exchange. */
const BY_CODE: ReadonlyMap<string, Refusal> = new Map([
  ['Authorization_RequestDenied', notAllowed],
  ['ErrorAccessDenied', notAllowed],
  ['ErrorAttachmentSizeLimitExceeded', tooLarge],
  ['ErrorMessageSizeExceeded', tooLarge],
  ['ErrorAttachmentNotFound', messageGone],
  ['ErrorMessageNotFound', messageGone],
  ['ErrorInvalidUser', noMailbox],
  ['ErrorNonExistentMailbox', noMailbox],
  ['ErrorInvalidUrlQueryFilter', tooComplex],
  ['InefficientFilter', tooComplex],
  ['InvalidAuthenticationToken', tokenRefused],
  ['MailboxNotEnabledForRESTAPI', noMailbox],
  ['MailboxNotHostedInExchangeOnline', noMailbox],
  ['MailboxNotSupportedForRESTAPI', noMailbox],
  ['Request_ResourceNotFound', noMailbox],
  ['ResourceNotFound', noMailbox],
  ...['SyncStateNotFound', 'SyncStateInvalid', 'syncStateNotFound', 'syncStateInvalid', 'resyncRequired'].map(
    (code): [string, Refusal] => [code, positionLost],
  ),
]);

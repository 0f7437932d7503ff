import { MailError } from '../errors';
import { messageGone } from '../exchange/ids';
import { asDetail } from '../network-errors';
import type { GraphSessionSettings } from './settings';

/** What Graph says where it does not do what it was asked (https://learn.microsoft.com/graph/errors). */
export interface GraphFault {
  /** Of HTTP. */
  status: number;
  /** Such as ErrorItemNotFound; absent where it was not Graph that answered. */
  code?: string;
}

/** The fault in a reply, or in a part of a batch's. Its text is left out: nobody knows what stands in it. */
export function faultOf(status: number, body: unknown): GraphFault {
  const { code } = (body as { error?: { code?: unknown } } | null | undefined)?.error ?? {};
  return { status, ...(typeof code === 'string' && { code: asDetail(code, []).slice(0, 100) }) };
}

/** The error that a fault is. */
export function refusalOf({ status, code = '' }: GraphFault, settings: GraphSessionSettings): MailError {
  const { host } = settings.graph.url;
  const known = BY_CODE.get(code) ?? BY_STATUS.get(status);
  if (known) return known(settings, code);
  return new MailError(
    'SERVER_REFUSED',
    `Microsoft Graph refused the request (${code || `HTTP ${status} from ${host}`})`,
    status >= 500 ? 'Run the workflow again later.' : 'Check the parameters of the node.',
  );
}

type Refusal = (settings: GraphSessionSettings, code: string) => MailError;

const noFolder: Refusal = () =>
  new MailError(
    'FOLDER_NOT_FOUND',
    'There is no such folder in this mailbox',
    'Check "Folder" for a typing error.',
  );

const noMailbox: Refusal = ({ graph, authenticator }, code) =>
  new MailError(
    'SERVER_REFUSED',
    `There is no mailbox of ${graph.mailbox ?? authenticator.account} in Exchange Online (${code})`,
    'Check "Email Address" in the credential and "Shared Mailbox" in Email Connect. A mailbox on an Exchange Server of your own, or an account without a license, cannot be opened by Graph.',
  );

const notAllowed: Refusal = ({ authentication, graph }, code) =>
  new MailError(
    'SERVER_REFUSED',
    `Microsoft Graph does not allow this for the account of the session (${code || 'HTTP 403'})`,
    authentication === 'clientCredentials'
      ? 'The app needs the application permissions "Mail.ReadWrite" and "Mail.Send" of Microsoft Graph with admin consent. If access to mailboxes is limited, this one has to be among those allowed.'
      : graph.mailbox
        ? 'The account needs access to the shared mailbox ("Full Access", and "Send As" to send), and the credential the permissions "Mail.ReadWrite.Shared" and "Mail.Send.Shared": connect it again.'
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

const notSendable: Refusal = (_, code) =>
  new MailError(
    'SEND_REFUSED',
    `Exchange did not take the message for delivery (${code})`,
    'Check the sender and the recipients: the account may send only from its own address and from those it has "Send As" for.',
  );

const tooLarge: Refusal = () =>
  new MailError(
    'SERVER_REFUSED',
    'The message is larger than Microsoft Graph takes',
    'Make the text or the attachments smaller: 150 MB is the most for one attachment.',
  );

const BY_STATUS: ReadonlyMap<number, Refusal> = new Map([
  [401, tokenRefused],
  [403, notAllowed],
  [413, tooLarge],
]);

const BY_CODE: ReadonlyMap<string, Refusal> = new Map(
  Object.entries<Refusal>({
    ErrorItemNotFound: messageGone,
    ErrorInvalidId: messageGone,
    ErrorInvalidIdMalformed: messageGone,
    ErrorMessageNotFound: messageGone,
    ErrorAttachmentNotFound: messageGone,
    ErrorFolderNotFound: noFolder,
    ErrorParentFolderNotFound: noFolder,
    ErrorFolderExists: () =>
      new MailError('FOLDER_EXISTS', 'There is a folder of this name already', 'Use another name.'),
    ErrorInvalidUser: noMailbox,
    ErrorNonExistentMailbox: noMailbox,
    MailboxNotEnabledForRESTAPI: noMailbox,
    MailboxNotHostedInExchangeOnline: noMailbox,
    MailboxNotSupportedForRESTAPI: noMailbox,
    Request_ResourceNotFound: noMailbox,
    ResourceNotFound: noMailbox,
    ErrorSendAsDenied: notSendable,
    ErrorInvalidRecipients: notSendable,
    ErrorMessageSubmissionBlocked: notSendable,
    ErrorExceededMessageLimit: notSendable,
    ErrorQuotaExceeded: () =>
      new MailError('SERVER_REFUSED', 'The mailbox is full', 'Delete messages, or ask for a larger quota.'),
  }),
);

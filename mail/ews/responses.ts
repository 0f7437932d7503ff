import { MailError } from '../errors';
import { messageGone } from '../exchange/ids';
import type { XmlElement } from './xml';

const noFolder = (): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    'There is no such folder in this mailbox',
    'Check "Folder" for a typing error.',
  );

const refused =
  (message: string, description: string) =>
  (code: string): MailError =>
    new MailError('SERVER_REFUSED', `${message} (${code})`, description);

const notSendable = (code: string): MailError =>
  new MailError(
    'SEND_REFUSED',
    `Exchange did not take the message for delivery (${code})`,
    'Check the sender and the recipients: the account may send only from its own address and from those it has "Send As" for.',
  );

const notNow = refused('Exchange cannot do it at the moment', 'Run the workflow again later.');
const changed = refused(
  'Somebody has changed the message or the folder meanwhile',
  'Run the workflow again: it reads what is there now.',
);
const ownFolder = refused(
  'Exchange needs this folder',
  'Only folders that somebody has made can be renamed, moved or deleted.',
);
const noMessage = refused(
  'Exchange cannot write this item as a message',
  'It may be a contact, a task or an appointment, which have no form as an email.',
);

/** The errors of the schema (ResponseCodeType) that have words of their own here. */
const BY_CODE: ReadonlyMap<string, (code: string) => MailError> = new Map(
  Object.entries<(code: string) => MailError>({
    ErrorItemNotFound: messageGone,
    ErrorInvalidIdMalformed: messageGone,
    ErrorInvalidIdEmpty: messageGone,
    ErrorInvalidId: messageGone,
    ErrorInvalidAttachmentId: messageGone,
    ErrorAttachmentIdNotFound: messageGone,
    ErrorFolderNotFound: noFolder,
    ErrorParentFolderNotFound: noFolder,
    ErrorSavedItemFolderNotFound: noFolder,
    ErrorToFolderNotFound: noFolder,
    ErrorFolderExists: () =>
      new MailError('FOLDER_EXISTS', 'There is a folder of this name already', 'Use another name.'),
    ErrorDeleteDistinguishedFolder: ownFolder,
    ErrorMoveDistinguishedFolder: ownFolder,
    // Older servers say nothing else of a folder whose name is taken where it is to be.
    ErrorMoveCopyFailed: refused(
      'Exchange could not move or copy it',
      'There may be a folder of this name already, or the account may not write to where it is to be.',
    ),
    ErrorQuotaExceeded: () =>
      new MailError('SERVER_REFUSED', 'The mailbox is full', 'Delete messages, or ask for a larger quota.'),
    ErrorMessageSizeExceeded: () =>
      new MailError(
        'SERVER_REFUSED',
        'The message is larger than Exchange takes',
        'Send smaller attachments.',
      ),
    ErrorAccessDenied: () =>
      new MailError(
        'SERVER_REFUSED',
        'Exchange does not allow this for the account of the session',
        'Ask the owner of the mailbox, or the administrator, for the permission.',
      ),
    ErrorInvalidRecipients: notSendable,
    ErrorSendAsDenied: notSendable,
    ErrorSubmissionQuotaExceeded: notSendable,
    ErrorContentConversionFailed: noMessage,
    ErrorMimeContentConversionFailed: noMessage,
    ErrorUnsupportedMimeConversion: noMessage,
    ErrorInvalidChangeKey: changed,
    ErrorIrresolvableConflict: changed,
    ErrorStaleObject: changed,
    ErrorBatchProcessingStopped: notNow,
    ErrorConnectionFailed: notNow,
    ErrorInternalServerTransientError: notNow,
    ErrorMailboxMoveInProgress: notNow,
    ErrorMailboxStoreUnavailable: notNow,
    ErrorServerBusy: notNow,
    ErrorTimeoutExpired: notNow,
    ErrorTooManyObjectsOpened: notNow,
  }),
);

/** The error that a ResponseCodeType of the schema stands for. */
export const errorFor = (code: string): MailError =>
  BY_CODE.get(code)?.(code) ??
  new MailError('SERVER_REFUSED', `Exchange refused it (${code})`, 'Check the parameters of the node.');

/** The error that a response is, if it is one. A warning is one too: it says that something was not done. */
export const errorOf = (response: XmlElement): MailError | undefined =>
  response.attributes.ResponseClass === 'Success'
    ? undefined
    : errorFor(response.textAt('ResponseCode') ?? 'no response code');

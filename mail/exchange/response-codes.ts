import { MailError } from '../errors';
import { messageGone } from './ids';

/*
 * The meaning of Exchange's error codes: those of EWS's schema (ResponseCodeType), which Graph uses too.
 */

const noFolder = (): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    'There is no such folder in this mailbox',
    'Check "Folder" for typing errors.',
  );

const refused =
  (message: string, description: string) =>
  (code: string): MailError =>
    new MailError('SERVER_REFUSED', `${message} (${code})`, description);

const notSendable = (code: string): MailError =>
  new MailError(
    'SEND_REFUSED',
    `Exchange did not accept the message for delivery (${code})`,
    'Check the sender and the recipients: the account may send only from its own address and from addresses that it has "Send As" for.',
  );

/** Of the account, not of the message. */
const notNowSendable = (code: string): MailError =>
  new MailError(
    'SEND_REFUSED',
    `Exchange does not let this account send any mail now (${code})`,
    'The account has sent as much as it may, or it was blocked because of unwanted mail. Look for a message of Microsoft in its inbox, wait for a day, or ask the administrator. The message was not sent.',
  );

const notNow = (code: string): MailError =>
  new MailError('SERVER_REFUSED', `Exchange cannot do this at the moment (${code})`, 'Try again later.', 0);
const changed = (code: string): MailError =>
  new MailError(
    'CONFLICT',
    `Someone else changed the message or the folder at the same time (${code})`,
    'Try again: it then reads the current state.',
  );
const ownFolder = refused(
  'Exchange needs this folder',
  'You can rename, move or delete only folders that someone created.',
);
export const tooComplex = (code: string): MailError =>
  new MailError('NOT_SUPPORTED', `The filters are too complex for Exchange (${code})`, 'Use fewer filters.');
const noMessage = refused(
  'Exchange cannot convert this item to a message',
  'It may be a contact, a task or an appointment, which cannot be saved as an email, or a damaged message.',
);
const damaged = refused(
  'Exchange cannot read this message',
  'The message is damaged in the mailbox. Open it in Outlook: if that fails too, ask the administrator to repair the mailbox, or delete the message.',
);
const tooLargeToRead = refused(
  'The message is larger than Exchange gives over this protocol',
  'Read the message over IMAP, or ask the administrator of Exchange to raise the limit.',
);

/** Exchange did not process the request, so any request can be repeated. */
const NOT_LOOKED_AT = ['ErrorBatchProcessingStopped', 'ErrorExceededConnectionCount', 'ErrorServerBusy'];

/** Temporary errors, also those that the schema lacks: https://github.com/OfficeDev/ews-managed-api/issues/278. */
const TRANSIENT = [
  ...NOT_LOOKED_AT,
  ...['ErrorConnectionFailed', 'ErrorInternalServerTransientError', 'ErrorMailboxMoveInProgress'],
  ...['ErrorMailboxStoreUnavailable', 'ErrorTimeoutExpired', 'ErrorTooManyObjectsOpened'],
  ...['ErrorInternalServerError', 'ErrorMailboxFailover', 'ErrorConnectionFailedTransientError'],
  ...['ErrorADOperation', 'ErrorADUnavailable', 'ErrorInsufficientResources', 'ErrorNotEnoughMemory'],
  'ErrorServiceUnavailable',
];

/** Codes with their own text here. */
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
    ErrorSyncFolderNotFound: noFolder,
    ErrorFolderExists: () =>
      new MailError('FOLDER_EXISTS', 'A folder with this name already exists', 'Use another name.'),
    ErrorDeleteDistinguishedFolder: ownFolder,
    ErrorMoveDistinguishedFolder: ownFolder,
    // Of messages and of folders. Older servers send only this if the destination already has a folder with the same name.
    ErrorMoveCopyFailed: refused(
      'Exchange could not move or copy this',
      'The account may not be allowed to write at the destination, or a folder has the name of one that is there. Exchange also says this of messages when it has too much to do: try again later, with fewer at a time.',
    ),
    ErrorQuotaExceeded: () =>
      new MailError('SERVER_REFUSED', 'The mailbox is full', 'Delete messages, or ask for a larger quota.'),
    ErrorMessageSizeExceeded: () =>
      new MailError('SERVER_REFUSED', 'The message is too large for Exchange', 'Send smaller attachments.'),
    ErrorAccessDenied: (code) =>
      new MailError(
        'ACCESS_DENIED',
        `Exchange does not allow this for the account of the session (${code})`,
        'Ask the owner of the mailbox or the administrator for permission.',
      ),
    ErrorInvalidRecipients: notSendable,
    ErrorSendAsDenied: notSendable,
    ErrorAccountSuspend: notNowSendable,
    ErrorExceededMessageLimit: notNowSendable,
    ErrorMessageSubmissionBlocked: notNowSendable,
    ErrorSubmissionQuotaExceeded: notNowSendable,
    ErrorContentConversionFailed: noMessage,
    ErrorMimeContentConversionFailed: noMessage,
    ErrorUnsupportedMimeConversion: noMessage,
    // Exchange also sends this for filters that it could answer.
    ErrorRestrictionTooComplex: tooComplex,
    ErrorRestrictionTooLong: tooComplex,
    ErrorUnsupportedPathForQuery: tooComplex,
    ErrorInvalidChangeKey: changed,
    ErrorIrresolvableConflict: changed,
    ErrorStaleObject: changed,
    ...Object.fromEntries(TRANSIENT.map((code) => [code, notNow])),
  }),
);

/**
 * What some codes mean if a message is only read. Exchange uses them for what is in the message too
 * (https://github.com/alcionai/corso/pull/4834 and https://github.com/mguessan/davmail/issues/231).
 */
const WHEN_READ: ReadonlyMap<string, (code: string) => MailError> = new Map([
  ['ErrorCorruptData', damaged],
  ['ErrorInvalidRecipients', damaged],
  ['ErrorItemCorrupt', damaged],
  ['ErrorItemPropertyRequestFailed', damaged],
  ['ErrorDataSizeLimitExceeded', tooLargeToRead],
  ['ErrorMessageSizeExceeded', tooLargeToRead],
]);

/** The error for a code that means something else if a message is only read. */
export const errorWhenRead = (code: string): MailError | undefined => WHEN_READ.get(code)?.(code);

/** The error for a code, if it is one of these. */
export const errorByCode = (code: string): MailError | undefined => BY_CODE.get(code)?.(code);

/** Whether Exchange did not process the request. */
export const isNotLookedAt = (code: string): boolean => NOT_LOOKED_AT.includes(code);

/** Whether it remains unknown what was done before the error. */
export const leavesOpen = (code: string): boolean => TRANSIENT.includes(code) && !isNotLookedAt(code);

import { MailError } from '../errors';
import { messageGone } from '../exchange/ids';
import type { XmlElement } from './xml';

/** The errors of the schema (ResponseCodeType) that have a name of their own here. */
const BY_CODE: Readonly<Record<string, () => MailError>> = {
  ErrorItemNotFound: messageGone,
  ErrorInvalidIdMalformed: messageGone,
  ErrorInvalidIdEmpty: messageGone,
  ErrorInvalidId: messageGone,
  ErrorInvalidAttachmentId: messageGone,
  ErrorAttachmentIdNotFound: messageGone,
  ErrorFolderNotFound: () =>
    new MailError(
      'FOLDER_NOT_FOUND',
      'There is no such folder in this mailbox',
      'Check "Folder" for a typing error.',
    ),
  ErrorFolderExists: () =>
    new MailError('FOLDER_EXISTS', 'There is a folder of this name already', 'Use another name.'),
  ErrorQuotaExceeded: () =>
    new MailError('SERVER_REFUSED', 'The mailbox is full', 'Delete messages, or ask for a larger quota.'),
  ErrorMessageSizeExceeded: () =>
    new MailError('SERVER_REFUSED', 'The message is larger than Exchange takes', 'Send smaller attachments.'),
  ErrorAccessDenied: () =>
    new MailError(
      'SERVER_REFUSED',
      'Exchange does not allow this for the account of the session',
      'Ask the owner of the mailbox, or the administrator, for the permission.',
    ),
};

/** The error that a ResponseCodeType of the schema stands for. */
export const errorFor = (code: string): MailError =>
  BY_CODE[code]?.() ??
  new MailError('SERVER_REFUSED', `Exchange refused it (${code})`, 'Check the parameters of the node.');

/** The error that a response is, if it is one. A warning is one too: it says that something was not done. */
export const errorOf = (response: XmlElement): MailError | undefined =>
  response.attributes.ResponseClass === 'Success'
    ? undefined
    : errorFor(response.textAt('ResponseCode') ?? 'no response code');

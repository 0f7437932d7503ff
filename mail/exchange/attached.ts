import { MailError } from '../errors';
import { safeFileName } from '../text';

/** The type of a message that is attached to a message (RFC 2046 section 5.2.1). Exchange names none. */
export const ATTACHED_MESSAGE = 'message/rfc822';

/** The file name of a message that is attached. Exchange names it by its subject. */
export const attachedMessageName = (name: string | null | undefined): string =>
  `${safeFileName(name ?? undefined, 'message').replace(/\.eml$/i, '')}.eml`;

/** For a contact, an appointment or the like that is attached: it has no form as a file. */
export const noMessage = (name: string): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    `Exchange cannot provide the attached item "${name}" as a file`,
    'It is not a message, but a contact, an appointment or the like. Save the whole message, which contains it.',
  );

/** For a file that is kept elsewhere, such as in OneDrive: the message has only its address. */
export const linkHasNoContent = (name: string): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    `The attachment "${name}" is a link, not a file`,
    'The file is stored elsewhere, such as in OneDrive or SharePoint: get it from there. The text of the message usually contains its address.',
  );

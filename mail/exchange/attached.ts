import { MailError } from '../errors';
import { safeFileName } from '../text';

/** The type of an attached message (RFC 2046 section 5.2.1). Exchange gives none. */
export const ATTACHED_MESSAGE = 'message/rfc822';

/** The file name of an attached message. Exchange uses its subject as the name. */
export const attachedMessageName = (name: string | null | undefined): string =>
  `${safeFileName(name ?? undefined, 'message').replace(/\.eml$/i, '')}.eml`;

/** What Exchange gives of an attached item is known only by its beginning ("Get attachment" of the Graph reference). */
const ITEMS = [
  { begins: /^\ufeff?BEGIN:VCARD\b/i, mimeType: 'text/vcard', extension: 'vcf' },
  { begins: /^\ufeff?BEGIN:VCALENDAR\b/i, mimeType: 'text/calendar', extension: 'ics' },
];

/** How to name an attached item: a message, a contact (RFC 6350) or an appointment (RFC 5545). */
export function attachedItem(
  name: string | null | undefined,
  beginning: string,
): { fileName: string; mimeType: string } {
  const fileName = attachedMessageName(name);
  const other = ITEMS.find(({ begins }) => begins.test(beginning));
  return other
    ? { fileName: fileName.replace(/eml$/, other.extension), mimeType: other.mimeType }
    : { fileName, mimeType: ATTACHED_MESSAGE };
}

/** The error for an attached contact, appointment or the like, which cannot be returned as a file. */
export const noMessage = (name: string): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    `Exchange cannot provide the attached item "${name}" as a file`,
    'It is not a message, but a contact, an appointment or the like. Save the whole message, which contains it.',
  );

/** The error for a file stored elsewhere, such as in OneDrive. The message contains only a link. */
export const linkHasNoContent = (name: string): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    `The attachment "${name}" is a link, not a file`,
    'The file is stored elsewhere, such as in OneDrive or SharePoint: get it from there. The text of the message usually contains its address.',
  );

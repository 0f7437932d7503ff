import type { NodemailerError } from 'nodemailer/lib/errors';

import { isMailError, type MailError, isProgrammingError } from '../errors';
import { isTooLarge } from '../net/too-large';
import { redact, formatError, type Template } from '../net/network-errors';
import type { ServerSettings } from '../net/server-settings';
import { answerOf, wordsOf } from './answer';
import { CLIENT_NAME_REMEDY } from './client-name';

const SENDER_REFUSED: Template = [
  'SEND_REFUSED',
  '{server} does not let this account send from that address ({detail})',
  'Leave "From" empty to send from the address of the account, or have the account allowed to send as the address in "From".',
];
const NOT_LOGGED_IN: Template = [
  'SEND_REFUSED',
  '{server} takes mail only from those who have logged in ({detail})',
  'Set "SMTP Authentication" in the credential to "Same as Incoming", and check that "SMTP Host" is the server of this mailbox. The message was not sent.',
];
const NOT_ENCRYPTED: Template = [
  'SEND_REFUSED',
  '{server} takes mail only on an encrypted connection ({detail})',
  'Set "SMTP Security" in the credential to "TLS" or "STARTTLS". The message was not sent.',
];
const ORGANIZATION_BLOCKED: Template = [
  'SEND_REFUSED',
  '{server} does not let this organization send mail to others ({detail})',
  'This happens with new and trial organizations. Nothing is wrong in n8n: ask an administrator to have Microsoft 365 support remove the block. The message was not sent.',
];
const CLIENT_NAME_REFUSED: Template = [
  'SEND_REFUSED',
  '{server} refused the name that this side gave in EHLO ({detail})',
  `${CLIENT_NAME_REMEDY} The message was not sent.`,
];
const RECIPIENTS_REFUSED: Template = [
  'SEND_REFUSED',
  '{server} accepted none of the recipients ({detail})',
  'Check the addresses. The message was not sent.',
];
const TOO_LARGE: Template = [
  'SEND_REFUSED',
  'The message is too large for {server} ({detail})',
  'Send fewer or smaller attachments. The message was not sent.',
];
const EIGHT_BIT_REFUSED: Template = [
  'SEND_REFUSED',
  '{server} takes messages in 7 bits only (it offers no 8BITMIME), and this one has letters beyond ASCII as they are',
  'Send its text with Message → Send, which writes it in 7 bits. The message was not sent.',
];
const DEFERRED: Template = [
  'SEND_REFUSED',
  '{server} does not accept the message now ({detail})',
  'Try again later: the server says that this is temporary. The message was not sent.',
];
const REFUSED: Template = [
  'SEND_REFUSED',
  '{server} refused the message ({detail})',
  'See the answer of the server for the reason. The message was not sent.',
];
const UNCERTAIN: Template = [
  'SEND_UNCERTAIN',
  '{server} did not say whether it accepted the message ({detail})',
  'The message may have been sent or not. Look for it at the recipient or in the folder for sent mail before sending it again.',
];
const ATTACHMENT_STALLED: Template = [
  'COMMAND_TIMEOUT',
  'An attachment could not be read to its end',
  'Check the place where this n8n keeps binary data. The message was not sent.',
];
const CUT_OFF: Template = [
  'CONNECTION_LOST',
  'The connection to {server} was lost before the message was complete ({detail})',
  'Try again: the message was not sent.',
];
const STALLED: Template = [
  'COMMAND_TIMEOUT',
  '{server} stopped answering before the message was complete',
  'Try again later, or raise "Command Timeout (Seconds)" in the options of Email Connect. The message was not sent.',
];

/** How much of a message had been sent. */
interface Progress {
  /** All of it was sent, so the server may have accepted it. */
  complete: boolean;
  /** The next bytes had to come from our side. */
  waiting: boolean;
}

/** The error for a message that could not be sent. */
export function toSendError(error: unknown, server: ServerSettings, progress: Progress): MailError {
  if (isMailError(error)) return error;
  if (isProgrammingError(error)) throw error;
  const cause = error as NodemailerError;
  return formatError(sendTemplate(cause, progress), server, redact(sendDetail(cause), []));
}

function sendTemplate(cause: NodemailerError, { complete, waiting }: Progress): Template {
  const { responseCode = 0, timeoutType, rejectedErrors = [] } = cause;
  const answer = String(cause.response ?? '');
  if (responseCode >= 400) {
    if (isAboutSize(responseCode, answer)) return TOO_LARGE;
    // A 4xx response is temporary, whatever it is about (RFC 5321 section 4.2.1).
    if (isAboutClientName(answer)) return CLIENT_NAME_REFUSED;
    if (responseCode < 500) return DEFERRED;
    if (SENDER_IS_THE_REASON.test(answer)) return SENDER_REFUSED;
    if (MICROSOFT_BLOCKS.test(answer)) return ORGANIZATION_BLOCKED;
    // RFC 3207 section 4 and RFC 4954 section 6.
    if (responseCode === 530 || WANTS_LOGIN.test(answer)) {
      return /STARTTLS/.test(answer) ? NOT_ENCRYPTED : NOT_LOGGED_IN;
    }
    return rejectedErrors.length > 0 ? RECIPIENTS_REFUSED : REFUSED;
  }
  if (complete) return UNCERTAIN;
  if (!timeoutType) return CUT_OFF;
  return waiting ? ATTACHMENT_STALLED : STALLED;
}

/**
 * Exchange (5.7.60, 5.2.252), Postfix (553 5.7.1 … not owned by user) and Dovecot say this at different steps, and the
 * others in words: iCloud, GMX and Strato, QQ and 163, Zoho, Amazon SES. A status counts only at the start of a line,
 * because an IP address can look the same.
 */
const SENDER_IS_THE_REASON = new RegExp(
  [
    String.raw`^\d{3}[ -]5\.(?:7\.60|2\.252)\b`,
    'SendAsDenied|send as this sender|not owned by (?:auth )?user|from address is not one of your',
    'sender (?:address )?(?:is )?(?:rejected|not allowed)|relaying disallowed as',
    'mail from (?:address )?must (?:be same as|equal) auth|email address is not verified',
  ].join('|'),
  'im',
);

/** In place of 530: a status that means something else, but the words. */
const WANTS_LOGIN = /\bauth(?:entication)?(?: is)? required\b/i;

/** https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/fix-error-code-5-7-700-through-5-7-750 */
const MICROSOFT_BLOCKS = /^\d{3}[ -]5\.7\.708\b/m;

/** Some servers check the EHLO name only at MAIL or RCPT: Postfix says "Helo command rejected". */
const isAboutClientName = (answer: string): boolean => /\b(?:HELO|EHLO)\b/i.test(answer);

/** RFC 1870 section 6.1, and RFC 3463 sections 3.3 and 3.4. 552 also stands for a full mailbox (5.2.2). */
const isAboutSize = (status: number, answer: string): boolean =>
  /^\d{3}[ -][45]\.(3\.4|2\.3)\b/m.test(answer) ||
  (status === 552 && !/\b5\.2\.2\b/.test(answer)) ||
  (status >= 500 && isTooLarge(answer));

/** Thrown before anything is sent to a server without 8BITMIME (RFC 6152 section 3). */
export const eightBitRefused = (server: ServerSettings): MailError =>
  formatError(EIGHT_BIT_REFUSED, server, '');

/** Thrown before the server has seen the message, because its limit is known. */
export const tooLarge = (server: ServerSettings, maxSize: number): MailError =>
  formatError(TOO_LARGE, server, `it takes at most ${Math.ceil(maxSize / 1024).toLocaleString('en')} KB`);

function sendDetail(cause: NodemailerError): string {
  const { rejectedErrors = [] } = cause;
  if (rejectedErrors.length === 0) return wordsOf(cause);
  return rejectedErrors.map((error) => `${error.recipient}: ${answerOf(error)}`).join('; ');
}

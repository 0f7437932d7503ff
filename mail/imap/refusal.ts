import type { ImapFlowError } from 'imapflow';

/** Why a message is missing: as a rule a refusal from the server, NO or BAD (RFC 9051 section 7.1). */
export interface Refusal {
  words: string;
  /** RFC 5530 section 3, in capitals. */
  code?: string;
  /** Whether the server says that a retry may succeed. */
  isTemporary: boolean;
  /** The server gave the message, but reading it brought this bug to light; see `unreadable`. */
  bug?: { error: unknown; subject?: string };
}

/** For an OK without the message, or `BODY[1] NIL`: neither a refusal nor a content (RFC 9051 section 7.5.2). */
export const NOTHING_GIVEN: Refusal = { words: 'it gave nothing of it', isTemporary: false };

/** RFC 5530 section 3, Gmail's own THROTTLED, and TEMPFAIL of Openwave. */
const TEMPORARY = new Set(['UNAVAILABLE', 'INUSE', 'THROTTLED', 'TEMPFAIL']);

/** LIMIT stands for any limit, such as one of a size (RFC 5530 section 3). Yahoo uses it for too many requests. */
const TOO_MANY_NOW = /\b(?:rate|bandwidth|requests|connections|later|temporar\w*)\b/i;

/**
 * How Gmail says that too much was asked of it, with THROTTLED, with OVERQUOTA, which is for storage elsewhere (RFC 5530),
 * or without a code.
 */
const TOO_MUCH_ASKED = /\b(?:command or bandwidth limits|too many simultaneous|rate limit)\b/i;

/** The server's refusal, if the error is one. */
export function refusalIn(error: unknown): Refusal | undefined {
  const { responseStatus, responseText, message, code } = error as ImapFlowError;
  if (responseStatus !== 'NO' && responseStatus !== 'BAD') return undefined;
  const responseCode = codeOf(error as ImapFlowError);
  const words = responseText || message;
  return {
    words,
    code: responseCode,
    isTemporary:
      code === 'ETHROTTLE' ||
      TEMPORARY.has(responseCode ?? '') ||
      (responseCode === 'LIMIT' && TOO_MANY_NOW.test(words)) ||
      TOO_MUCH_ASKED.test(words),
  };
}

interface Status {
  attributes?: Array<{ section?: Array<{ value?: unknown } | undefined> } | undefined>;
}

/** imapflow sets the code only for some commands. */
function codeOf(error: ImapFlowError): string | undefined {
  const code = error.serverResponseCode ?? sectionOf(error)?.[0]?.value;
  return typeof code === 'string' ? code.toUpperCase().trim() : undefined;
}

/** The response code with its data, such as the address in REFERRAL (RFC 2221 section 4). */
export const wholeCodeOf = (error: ImapFlowError): string | undefined =>
  sectionOf(error)
    ?.map((part) => part?.value)
    .filter((value) => typeof value === 'string')
    .join(' ');

const sectionOf = ({ response }: ImapFlowError) =>
  (response as Status | string | undefined as Status | undefined)?.attributes?.[0]?.section;

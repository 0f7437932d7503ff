import type { ImapFlowError } from 'imapflow';

/** What a server says where it does not do what it was asked: NO or BAD (RFC 9051 section 7.1). */
export interface Refusal {
  words: string;
  /** RFC 5530 section 3, in capitals. */
  code?: string;
  /** Whether the server says that the same may be taken later. */
  isTemporary: boolean;
}

const TEMPORARY = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT']);

/** The server's refusal, where an error is one. */
export function refusalIn(error: unknown): Refusal | undefined {
  const { responseStatus, responseText, message, code } = error as ImapFlowError;
  if (responseStatus !== 'NO' && responseStatus !== 'BAD') return undefined;
  const responseCode = codeOf(error as ImapFlowError);
  return {
    words: responseText || message,
    code: responseCode,
    isTemporary: code === 'ETHROTTLE' || TEMPORARY.has(responseCode ?? ''),
  };
}

interface Status {
  attributes?: Array<{ section?: Array<{ value?: unknown } | undefined> } | undefined>;
}

/** imapflow gives the code by itself with some commands only. */
function codeOf({ serverResponseCode, response }: ImapFlowError): string | undefined {
  if (serverResponseCode) return serverResponseCode.toUpperCase();
  const code = (response as Status | string | undefined as Status | undefined)?.attributes?.[0]?.section?.[0]
    ?.value;
  return typeof code === 'string' ? code.toUpperCase().trim() : undefined;
}

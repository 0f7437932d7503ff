import type { Readable } from 'node:stream';

import { isMailError, type MailError } from '../errors';

/** Errors about one message, not about the connection. */
const ITS_OWN = [
  'ACCESS_DENIED',
  'FOLDER_NOT_FOUND',
  'INVALID_INPUT',
  'MESSAGE_NOT_FOUND',
  'MESSAGE_UNREADABLE',
  'NOT_SUPPORTED',
  'SERVER_REFUSED',
] as const;

interface Download {
  content: Readable;
}

/**
 * `MailClient.openMessages` and `openAttachments` for protocols that can only open them one by one. Each download is
 * destroyed when the next one is requested: an unread download would block the connection.
 *
 * @param ahead how many to open in advance while another is read, for protocols with more than one connection
 */
export async function* openSequentially<Request, Opened extends Download>(
  requests: Iterable<Request>,
  open: (request: Request) => Promise<Opened>,
  ahead = 0,
): AsyncGenerator<[Request, Opened | MailError]> {
  const opening: Array<[Request, Promise<Opened | MailError>]> = [];
  const left = new Set(requests);
  const start = () => {
    for (const request of left) {
      if (opening.length > ahead) return;
      left.delete(request);
      const opened = open(request).catch((error: unknown) => {
        if (isMailError(error, ...ITS_OWN)) return error;
        throw error;
      });
      // The error is thrown when its turn comes. If that never happens, it is ignored.
      opened.catch(() => {});
      opening.push([request, opened]);
    }
  };
  try {
    for (start(); opening.length > 0; start()) {
      const opened = await opening[0]![1];
      try {
        yield [opening[0]![0], opened];
      } finally {
        close(opened);
        opening.shift();
      }
    }
  } finally {
    for (const [, opened] of opening) void opened.then(close, () => {});
  }
}

function close(opened: Download | MailError): void {
  if (!isMailError(opened)) opened.content.destroy();
}

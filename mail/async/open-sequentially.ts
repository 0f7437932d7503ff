import type { Readable } from 'node:stream';

import { isMailError, type MailError } from '../errors';

/** What is wrong with one message, and not with the connection. */
const ITS_OWN = [
  'ACCESS_DENIED',
  'FOLDER_NOT_FOUND',
  'INVALID_INPUT',
  'MESSAGE_NOT_FOUND',
  'NOT_SUPPORTED',
  'SERVER_REFUSED',
] as const;

interface Download {
  content: Readable;
}

/**
 * `MailClient.openMessages` and `openAttachments` for protocols that know no better than one after the other. What was
 * given is destroyed when the next one is asked for: what nobody reads would keep the connection from its next work.
 *
 * @param ahead how many are opened while another one is read, for protocols that have more than one connection
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
      // Told when its turn comes, and to nobody where it never does.
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

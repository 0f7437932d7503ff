import type { ExchangeMailbox, StoredFolder, StoredItem } from './mailbox';
import { childrenOf, tag, value, type Element } from './xml';

/** One request to the mailbox that it opens. */
export interface Call {
  mailbox: ExchangeMailbox;
  /** The element within the SOAP body. */
  request: Element;
  /** Hands a message to be delivered. */
  send: (message: Buffer, sender: string) => Promise<void>;
}

/** What Exchange says of one thing that it cannot do, as a ResponseCodeType. */
export class EwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const failed = (name: string, { code, message }: EwsError, rest: string): string =>
  tag(name, { ResponseClass: 'Error' }, [
    value('m:MessageText', message),
    value('m:ResponseCode', code),
    value('m:DescriptiveLinkKey', 0),
    rest,
  ]);

/** The answer to a request about several things: a message for each, that it was done or why not. */
export async function answerEach<T>(
  operation: string,
  things: readonly T[],
  work: (thing: T) => string | Promise<string>,
  /** What a message about an error has in place of the result, as the schema wants it. */
  empty = '',
): Promise<string> {
  const messages: string[] = [];
  const name = `m:${operation}ResponseMessage`;
  for (const thing of things) {
    const message = Promise.resolve(thing)
      .then(work)
      .then((result) =>
        tag(name, { ResponseClass: 'Success' }, [value('m:ResponseCode', 'NoError'), result]),
      );
    messages.push(
      await message.catch((error: unknown) => {
        if (!(error instanceof EwsError)) throw error;
        return failed(name, error, empty);
      }),
    );
  }
  return tag(`m:${operation}Response`, {}, tag('m:ResponseMessages', {}, messages));
}

export function itemOf({ mailbox }: Call, id: Element): StoredItem {
  const item = mailbox.items.get(id.attributes.Id ?? '');
  if (item) return item;
  throw /^[\w+/]+=*$/.test(id.attributes.Id ?? '')
    ? new EwsError('ErrorItemNotFound', 'The specified object was not found in the store.')
    : new EwsError('ErrorInvalidIdMalformed', 'Id is malformed.');
}

export function folderOf({ mailbox }: Call, id: Element | undefined): StoredFolder {
  const { Id = '' } = id?.attributes ?? {};
  const folder =
    id?.name === 'DistinguishedFolderId'
      ? Id === 'archivemsgfolderroot'
        ? undefined
        : mailbox.distinguished(Id)
      : mailbox.folders.get(Id);
  if (folder) return folder;
  throw new EwsError('ErrorFolderNotFound', 'The specified folder could not be found in the store.');
}

export const idsIn = (call: Call, ...path: string[]): readonly Element[] => childrenOf(call.request, ...path);

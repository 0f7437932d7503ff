import type { DirectoryEntry } from './directory';
import { EwsError } from './ews-error';
import type { LookUp } from './ews-people';
import type { Subscriptions } from './ews-subscriptions';
import type { ExchangeMailbox, StoredFolder, StoredItem } from './mailbox';
import { childrenOf, tag, value, type Element } from './xml';

export { EwsError } from './ews-error';

/** A receipt that a mailbox sent to the sender of a message. */
export interface Receipt {
  from: string;
  to: string;
  kind: 'read' | 'not read';
}

/** What is the same for all requests to one server. */
export interface World {
  /** Hands a message to be delivered. */
  send: (message: Buffer, sender: string) => Promise<void>;
  receipts: Receipt[];
  directory: readonly DirectoryEntry[];
  lookUp: LookUp;
  subscriptions: Subscriptions;
  /** The most that FindItem and FindFolder give at once. */
  findLimit: number;
  /** The most items that GetConversationItems gives. */
  conversationLimit: number;
}

/** One request to the mailbox that it opens. */
export interface Call extends World {
  mailbox: ExchangeMailbox;
  /** The element within the SOAP body. */
  request: Element;
  /** The server's version, as ExchangeVersionType. */
  version: string;
  /** What is refused of this request: by the number of the thing, from 0. */
  refuse?: (index: number) => EwsError | undefined;
}

const failed = (name: string, error: EwsError, rest: string): string =>
  tag(name, { ResponseClass: error.responseClass }, [
    value('m:MessageText', error.message),
    value('m:ResponseCode', error.code),
    value('m:DescriptiveLinkKey', 0),
    error.backOff === undefined
      ? ''
      : tag('m:MessageXml', {}, tag('t:Value', { Name: 'BackOffMilliseconds' }, String(error.backOff))),
    rest,
  ]);

/** The answer to a request about several things: a message for each, that it was done or why not. */
export async function answerEach<T>(
  call: Call,
  operation: string,
  things: readonly T[],
  work: (thing: T) => string | Promise<string>,
  /** What a message about an error has in place of the result, as the schema wants it. */
  empty = '',
): Promise<string> {
  const messages: string[] = [];
  const name = `m:${operation}ResponseMessage`;
  for (const [index, thing] of things.entries()) {
    const refused = call.refuse?.(index);
    const message = Promise.resolve(thing)
      .then((one) => {
        if (refused) throw refused;
        return work(one);
      })
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

export function itemOf({ mailbox }: Pick<Call, 'mailbox'>, id: Element): StoredItem {
  const item = mailbox.items.get(id.attributes.Id ?? '');
  if (item) return item;
  throw /^[\w+/]+=*$/.test(id.attributes.Id ?? '')
    ? new EwsError('ErrorItemNotFound', 'The specified object was not found in the store.')
    : new EwsError('ErrorInvalidIdMalformed', 'Id is malformed.');
}

export function folderOf({ mailbox }: Pick<Call, 'mailbox'>, id: Element | undefined): StoredFolder {
  const { Id = '' } = id?.attributes ?? {};
  const folder = id?.name === 'DistinguishedFolderId' ? mailbox.distinguished(Id) : mailbox.folders.get(Id);
  if (folder) return folder;
  throw new EwsError('ErrorFolderNotFound', 'The specified folder could not be found in the store.');
}

export const idsIn = (call: Call, ...path: string[]): readonly Element[] => childrenOf(call.request, ...path);

/** At most so many, whatever was asked for. */
export const pageSize = ({ findLimit }: Call, asked: string | undefined): number =>
  Math.min(Number(asked ?? findLimit), findLimit);

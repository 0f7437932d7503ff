import * as attach from './ews-attach';
import { EwsError, type Call, type World } from './ews-calls';
import { getConversationItems } from './ews-conversations';
import * as create from './ews-create';
import * as events from './ews-events';
import { findItem } from './ews-find';
import * as folders from './ews-folders';
import * as items from './ews-items';
import type { Owner } from './ews-login';
import * as names from './ews-names';
import * as sync from './ews-sync';
import { updateItem } from './ews-update';
import { unknownIn } from './ews-versions';
import type { ExchangeMailbox } from './mailbox';
import { child, childrenOf, escaped, textOf, type Element } from './xml';

const OPERATIONS: Readonly<Record<string, (call: Call) => Promise<string>>> = {
  ConvertId: names.convertId,
  CopyItem: items.copyItem,
  CreateAttachment: attach.createAttachment,
  CreateFolder: folders.createFolder,
  CreateItem: create.createItem,
  DeleteAttachment: attach.deleteAttachment,
  DeleteFolder: folders.deleteFolder,
  DeleteItem: items.deleteItem,
  EmptyFolder: folders.emptyFolder,
  FindFolder: folders.findFolder,
  FindItem: findItem,
  GetAttachment: attach.getAttachment,
  GetConversationItems: getConversationItems,
  GetEvents: events.getEvents,
  GetFolder: folders.getFolder,
  GetItem: items.getItem,
  MoveFolder: folders.moveFolder,
  MoveItem: items.moveItem,
  ResolveNames: names.resolveNames,
  SendItem: create.sendItem,
  Subscribe: events.subscribe,
  SyncFolderHierarchy: sync.syncFolderHierarchy,
  SyncFolderItems: sync.syncFolderItems,
  Unsubscribe: events.unsubscribe,
  UpdateFolder: folders.updateFolder,
  UpdateItem: updateItem,
};

/** Operations whose answer goes on. */
const STREAMS: Readonly<Record<string, (call: Call, signal: AbortSignal) => AsyncIterable<string>>> = {
  GetStreamingEvents: events.getStreamingEvents,
};

/** What one request comes with, beside itself. */
export interface Asked {
  world: World;
  mailbox: (address: string) => ExchangeMailbox;
  mailboxes: () => Iterable<ExchangeMailbox>;
  /** The header X-AnchorMailbox. */
  anchor: string;
  version: string;
  /** Of single things in it: what is refused. */
  refuse?: (index: number) => EwsError | undefined;
}

interface Reply {
  operation: string;
  status: number;
  reply: string;
  /** In place of the reply: one body after the other, until the signal. */
  stream?: (signal: AbortSignal) => AsyncIterable<string>;
}

export async function answerSoap(soap: Element, owner: Owner, asked: Asked): Promise<Reply> {
  const [request] = childrenOf(soap, 'Body');
  const operation = request?.name ?? '';
  if (!request) return fault(operation, 'ErrorInvalidRequest', 'The request is invalid.');
  const unknown = unknownIn(request, asked.version);
  if (unknown) return schemaFault(operation, unknown);
  const [work, stream] = [OPERATIONS[operation], STREAMS[operation]];
  if (!work && !stream) return fault(operation, 'ErrorInvalidRequest', 'The request is invalid.');
  const impersonated = textOf(soap, 'Header', 'ExchangeImpersonation', 'ConnectingSID', 'SmtpAddress');
  if (owner.app && !impersonated) {
    return fault(operation, 'ErrorImpersonationRequired', 'An app has to impersonate a user.');
  }
  if (owner.app && asked.anchor.toLowerCase() !== impersonated?.toLowerCase()) {
    return fault(operation, 'ErrorInvalidRequest', 'X-AnchorMailbox is not the impersonated mailbox.');
  }
  if (impersonated && !owner.app) {
    return fault(
      operation,
      'ErrorImpersonateUserDenied',
      'The account does not have permission to impersonate.',
    );
  }
  const shared = mailboxNamed(request);
  if (shared && owner.shared && ![owner.address, ...owner.shared].includes(shared)) {
    return fault(operation, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  const own = asked.mailbox(shared ?? impersonated ?? owner.address ?? '');
  // An id says which mailbox it is of.
  const held = [...asked.mailboxes()].find((one) => holdsAny(one, request));
  const mailbox = shared ? own : (held ?? own);
  const { version, refuse } = asked;
  const call: Call = { ...asked.world, mailbox, request, version, refuse };
  if (!work)
    return { ...{ operation, status: 200, reply: '' }, stream: (signal) => bodies(stream!(call, signal)) };
  return { operation, status: 200, reply: envelope(await work(call)) };
}

async function* bodies(answers: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const answer of answers) yield streamed(answer);
}

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const VERSION = 'MajorVersion="15" MinorVersion="2" MajorBuildNumber="1748" MinorBuildNumber="10"';

/** In a stream Exchange writes other prefixes, and no declaration. */
const streamed = (body: string): string =>
  [
    `<Envelope xmlns="${SOAP}"><soap11:Header xmlns:soap11="${SOAP}">`,
    `<ServerVersionInfo xmlns="${TYPES}" ${VERSION} Version="V2017_07_11"/></soap11:Header>`,
    `<soap11:Body xmlns:soap11="${SOAP}" xmlns:m="${MESSAGES}" xmlns:t="${TYPES}">${body}</soap11:Body></Envelope>`,
  ].join('');

/** The version that a request is written for. */
export const versionIn = (soap: Element): string | undefined =>
  child(soap, 'Header', 'RequestServerVersion')?.attributes.Version;

function holdsAny(mailbox: ExchangeMailbox, { attributes: { Id = '' }, children }: Element): boolean {
  if (mailbox.items.has(Id) || mailbox.folders.has(Id)) return true;
  return children.some((child) => holdsAny(mailbox, child));
}

/** The mailbox that a request names beside a folder: somebody else's, which is shared. */
function mailboxNamed(element: Element): string | undefined {
  if (element.name === 'DistinguishedFolderId') return textOf(element, 'Mailbox', 'EmailAddress');
  for (const one of element.children) {
    const found = mailboxNamed(one);
    if (found) return found;
  }
  return undefined;
}

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><h:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1748" MinorBuildNumber="10" Version="V2017_07_11" xmlns:h="http://schemas.microsoft.com/exchange/services/2006/types"/></s:Header><s:Body xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">${body}</s:Body></s:Envelope>`;

/** What Exchange says of a request that is no XML, or not as its schema has it. */
export const schemaFault = (operation: string, violation: string): Reply => {
  const message = `The request failed schema validation: ${violation}`;
  return fault(operation, 'ErrorSchemaValidation', message, [
    `<t:MessageXml xmlns:t="${TYPES}"><t:LineNumber>1</t:LineNumber><t:LinePosition>1</t:LinePosition>`,
    `<t:Violation>${escaped(violation)}</t:Violation></t:MessageXml>`,
  ]);
};

const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';
const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages';
const ERRORS = 'http://schemas.microsoft.com/exchange/services/2006/errors';

const fault = (operation: string, code: string, message: string, details: string[] = []): Reply => ({
  operation,
  status: 500,
  reply: [
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">',
    `<s:Body><s:Fault><faultcode xmlns:a="${TYPES}">a:${code}</faultcode>`,
    `<faultstring xml:lang="en-US">${escaped(message)}</faultstring><detail>`,
    `<e:ResponseCode xmlns:e="${ERRORS}">${code}</e:ResponseCode>`,
    `<e:Message xmlns:e="${ERRORS}">${escaped(message)}</e:Message>`,
    ...details,
    '</detail></s:Fault></s:Body></s:Envelope>',
  ].join(''),
});

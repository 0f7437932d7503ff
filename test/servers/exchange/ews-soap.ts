import type { Call } from './ews-calls';
import * as folders from './ews-folders';
import * as items from './ews-items';
import type { Owner } from './ews-login';
import type { ExchangeMailbox } from './mailbox';
import { child, childrenOf, escaped, textOf, type Element } from './xml';

const OPERATIONS: Readonly<Record<string, (call: Call) => Promise<string>>> = {
  CopyItem: items.copyItem,
  CreateFolder: folders.createFolder,
  CreateItem: items.createItem,
  DeleteFolder: folders.deleteFolder,
  DeleteItem: items.deleteItem,
  EmptyFolder: folders.emptyFolder,
  FindFolder: folders.findFolder,
  FindItem: items.findItem,
  GetAttachment: items.getAttachment,
  GetFolder: folders.getFolder,
  GetItem: items.getItem,
  MoveFolder: folders.moveFolder,
  MoveItem: items.moveItem,
  SendItem: items.sendItem,
  UpdateFolder: folders.updateFolder,
  UpdateItem: items.updateItem,
};

interface World {
  mailbox: (address: string) => ExchangeMailbox;
  mailboxes: () => Iterable<ExchangeMailbox>;
  send: Call['send'];
  /** The header X-AnchorMailbox. */
  anchor: string;
  version: string;
}

interface Reply {
  operation: string;
  status: number;
  reply: string;
}

export async function answerSoap(soap: Element, owner: Owner, world: World): Promise<Reply> {
  const [request] = childrenOf(soap, 'Body');
  const operation = request?.name ?? '';
  const work = isKnown(operation, soap) ? OPERATIONS[operation] : undefined;
  if (!request || !work) return fault(operation, 'ErrorInvalidRequest', 'The request is invalid.');
  const impersonated = textOf(soap, 'Header', 'ExchangeImpersonation', 'ConnectingSID', 'SmtpAddress');
  if (owner.app && !impersonated) {
    return fault(operation, 'ErrorImpersonationRequired', 'An app has to impersonate a user.');
  }
  if (owner.app && world.anchor.toLowerCase() !== impersonated?.toLowerCase()) {
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
  const own = world.mailbox(shared ?? impersonated ?? owner.address ?? '');
  // An id says which mailbox it is of.
  const held = [...world.mailboxes()].find((one) => holdsAny(one, request));
  const mailbox = shared ? own : (held ?? own);
  const versioned = { ...request, attributes: { ...request.attributes, version: world.version } };
  return {
    operation,
    status: 200,
    reply: envelope(await work({ mailbox, request: versioned, send: world.send })),
  };
}

/** The version that a request is written for. */
export const versionIn = (soap: Element): string | undefined =>
  child(soap, 'Header', 'RequestServerVersion')?.attributes.Version;

/** Exchange 2007 does not know what came later, whatever the server could do. */
const isKnown = (operation: string, soap: Element): boolean =>
  operation !== 'EmptyFolder' || versionIn(soap) !== 'Exchange2007_SP1';

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

const fault = (operation: string, code: string, message: string): Reply => ({
  operation,
  status: 500,
  reply: `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:${code}</faultcode><faultstring xml:lang="en-US">${escaped(message)}</faultstring><detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${code}</e:ResponseCode><e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${escaped(message)}</e:Message></detail></s:Fault></s:Body></s:Envelope>`,
});

import type { HostileCase } from './cases';
import type { WebAttack, WebReply } from './web-server';
import type { WorkName } from './works';

type Protocol = WebAttack['protocol'];

/** Of each thing that is done, the request that does it: EWS's operation, Graph's method and path. */
const REQUESTS: Partial<Record<WorkName, Record<Protocol, RegExp>>> = {
  login: { ews: /^GetFolder/, graph: /^GET .*\/mailFolders\/inbox\?/ },
  listFolders: { ews: /^FindFolder/, graph: /^GET .*\/mailFolders\?/ },
  getFolder: { ews: /^FindFolder/, graph: /^POST .*batch\nGET .*mailFolders\/inbox/ },
  findMessages: { ews: /^FindItem/, graph: /^GET .*\/messages\?/ },
  'find by a text': { ews: /^FindItem/, graph: /^GET .*\/messages\?/ },
  listMessages: { ews: /^GetItem/, graph: /^GET .*\/messages\?/ },
  getMessages: { ews: /^GetItem/, graph: /^POST .*batch\nGET .*\/messages\// },
  openMessage: { ews: /^GetItem/, graph: /^GET .*\$value/ },
  openMessages: { ews: /^GetItem/, graph: /^GET .*\$value/ },
  openAttachment: { ews: /^GetAttachment/, graph: /^GET .*\/attachments\/[^/]*\?/ },
  openAttachments: { ews: /^GetAttachment/, graph: /^GET .*\$value/ },
  waitForChanges: { ews: /^FindItem/, graph: /^POST .*batch\nGET .*totalItemCount/ },
  changesSince: { ews: /^SyncFolderItems/, graph: /^GET .*\/messages\/delta/ },
  moveMessages: { ews: /^MoveItem/, graph: /^POST .*\/move/m },
  copyMessages: { ews: /^CopyItem/, graph: /^POST .*\/copy/m },
  deleteMessages: { ews: /^DeleteItem/, graph: /^POST .*\/permanentDelete/m },
  markMessages: { ews: /^UpdateItem/, graph: /^PATCH .*\/messages/m },
  'mark with a keyword': { ews: /^UpdateItem/, graph: /^PATCH .*\/messages/m },
  appendMessage: { ews: /^CreateItem/, graph: /^POST .*\/mailFolders\/.*\/messages/ },
  createFolder: { ews: /^CreateFolder/, graph: /^POST .*\/mailFolders$/ },
  renameFolder: { ews: /^UpdateFolder/, graph: /^PATCH .*\/mailFolders\// },
  deleteFolder: { ews: /^DeleteFolder/, graph: /^POST .*\/mailFolders\/.*\/permanentDelete/ },
  emptyFolder: { ews: /^EmptyFolder/, graph: /^POST .*\/permanentDelete/m },
  saveDraft: { ews: /^CreateItem/, graph: /^POST .*\/messages$/ },
  send: { ews: /^CreateItem/, graph: /^POST .*\/sendMail/ },
  sendDraft: { ews: /^SendItem/, graph: /^POST .*\/send$/ },
};

interface Broken {
  name: string;
  /** Whether nothing of it can be understood, so that a read is an error, and a change is left open. */
  isNone: boolean;
  replies: Partial<Record<Protocol, (own: WebReply) => Partial<WebReply>>>;
  flood?: Record<Protocol, string>;
}

const PAGE_OF_PROXY = 'the page of a proxy with 200';
const LOGIN_PAGE = '<!DOCTYPE html><html><body>Please log in</body></html>';
const same = (reply: (own: WebReply) => Partial<WebReply>) => ({ ews: reply, graph: reply });
const rewritten = (change: (body: string) => string) => (own: WebReply) => ({ body: change(own.body) });
/** With something else in place of values that the reviver chooses. */
const odd = (reviver: (key: string, value: unknown) => unknown) =>
  rewritten((body) => (/^\s*[{[]/.test(body) ? JSON.stringify(JSON.parse(body, reviver)) : body));
const ENVELOPE = (body: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;
const TEXT = />[^<>\s][^<>]*</g;
/** What Graph gives as it is: whatever comes with 200 is the file. */
const FILES: readonly WorkName[] = ['openMessage', 'openMessages', 'openAttachments'];
/** Where this request is refused, a list tells the same. */
const OTHERWISE: readonly WorkName[] = ['changesSince'];
/** The names of properties, not the types and ids in them. */
const isFree = (key: string) => !/^(?:id|status|@odata\..*|method|uploadUrl|odata\.type)$/i.test(key);

/** What comes in place of a reply. */
const BROKEN: readonly Broken[] = [
  {
    name: PAGE_OF_PROXY,
    isNone: true,
    replies: same(() => ({ status: 200, type: 'text/html; charset=utf-8', body: LOGIN_PAGE })),
  },
  { name: 'nothing with 200', isNone: true, replies: { ews: () => ({ status: 200, body: '' }) } },
  {
    name: 'half of the reply',
    isNone: true,
    replies: { ews: rewritten((body) => body.slice(0, body.length / 2)) },
  },
  { name: 'another document', isNone: true, replies: { ews: () => ({ body: '<a><b/></a>' }) } },
  { name: 'an empty envelope', isNone: true, replies: { ews: () => ({ body: ENVELOPE('') }) } },
  {
    name: 'no responses',
    isNone: true,
    replies: { ews: () => ({ body: ENVELOPE('<m:R><m:ResponseMessages></m:ResponseMessages></m:R>') }) },
  },
  {
    name: '100,000 elements or lists within each other',
    isNone: true,
    replies: {
      ews: () => ({ body: '<a>'.repeat(100_000) }),
      graph: () => ({ status: 200, body: '['.repeat(100_000) }),
    },
  },
  {
    name: '10,000,000 small elements or objects',
    isNone: true,
    replies: {
      ews: () => ({ body: ENVELOPE('<a/>'.repeat(10_000_000)) }),
      graph: () => ({ status: 200, body: `{"value":[${'{},'.repeat(10_000_000)}{}]}` }),
    },
  },
  {
    name: 'a reply without end',
    isNone: true,
    replies: {
      ews: () => ({ body: '<s:Envelope><s:Body>' }),
      graph: () => ({ status: 200, body: '{"value":["' }),
    },
    flood: { ews: '<a>text</a>\r\n', graph: 'text, ' },
  },
  { name: 'no JSON', isNone: true, replies: { graph: () => ({ status: 200, body: '{"value":[' }) } },
  { name: 'null', isNone: true, replies: { graph: () => ({ status: 200, body: 'null' }) } },
  { name: 'a text', isNone: true, replies: { graph: () => ({ status: 200, body: '"text"' }) } },
  { name: 'a list', isNone: false, replies: { graph: () => ({ status: 200, body: '[]' }) } },
  { name: 'an empty object', isNone: false, replies: { graph: () => ({ status: 200, body: '{}' }) } },
  { name: '204 without a body', isNone: false, replies: { graph: () => ({ status: 204, body: '' }) } },
  {
    name: 'null in place of every list',
    isNone: false,
    replies: { graph: odd((_, value) => (Array.isArray(value) ? null : value)) },
  },
  {
    name: 'null in place of every text',
    isNone: false,
    replies: { graph: odd((key, value) => (typeof value === 'string' && isFree(key) ? null : value)) },
  },
  {
    name: 'objects in place of texts',
    isNone: false,
    replies: {
      graph: odd((key, value) => (typeof value === 'string' && isFree(key) ? { toString: 1 } : value)),
    },
  },
  {
    name: 'null in every list',
    isNone: false,
    replies: { graph: odd((_, value) => (Array.isArray(value) ? [null, 1, 'x', ...(value as [])] : value)) },
  },
  {
    name: 'ids that are none',
    isNone: false,
    replies: {
      graph: odd((key, value) => (key === 'id' && typeof value === 'string' ? '\ud800' : value)),
      ews: rewritten((body) => body.replace(/ Id="[^"]*"/g, ' Id="&#xD800;"')),
    },
  },
  {
    name: 'half a character in every text',
    isNone: false,
    replies: {
      graph: odd((key, value) => (typeof value === 'string' && isFree(key) ? `a\ud800${value}` : value)),
      ews: rewritten((body) =>
        body.replace(/(<t:(?:Name|Subject|DisplayName|Body|TextBody|ContentType)\b[^>/]*>)/g, '$1a&#xD800;'),
      ),
    },
  },
  {
    name: 'absurd numbers',
    isNone: false,
    replies: {
      graph: odd((key, value) => (typeof value === 'number' && isFree(key) ? -1e300 : value)),
      ews: rewritten((body) => body.replace(/>\d+</g, '>-99999999999999999999<')),
    },
  },
  {
    name: 'no numbers',
    isNone: false,
    replies: { ews: rewritten((body) => body.replace(/>\d+</g, '>NaN<')) },
  },
  {
    name: 'no texts',
    isNone: false,
    replies: { ews: rewritten((body) => body.replace(/>Success|NoError</g, '>').replace(TEXT, '><')) },
  },
  {
    name: 'successes with nothing in them',
    isNone: false,
    replies: {
      ews: rewritten((body) =>
        body.replace(
          /(<(m:\w+ResponseMessage)\b[^>]*>)[^]*?(<\/\2>)/g,
          '$1<m:ResponseCode>NoError</m:ResponseCode>$3',
        ),
      ),
    },
  },
  {
    name: 'successes with empty lists',
    isNone: false,
    replies: {
      ews: rewritten((body) =>
        body.replace(/<(m:(?:Items|Folders|Attachments|RootFolder))\b[^>]*>[^]*<\/\1>/g, '<$1></$1>'),
      ),
    },
  },
  {
    name: 'one response for all',
    isNone: false,
    replies: {
      ews: rewritten((body) => {
        const [first = ''] = /<m:\w+ResponseMessage\b[^]*?<\/m:\w+ResponseMessage>/.exec(body) ?? [];
        return body.replace(/<m:\w+ResponseMessage\b[^]*<\/m:\w+ResponseMessage>/, () => first);
      }),
      graph: rewritten((body) => body.replace(/("responses":\[\{).*(\}\])/s, '$1"id":"0","status":200$2')),
    },
  },
  {
    name: 'no status and no class',
    isNone: false,
    replies: {
      ews: rewritten((body) => body.replace(/ ResponseClass="\w+"/g, '')),
      graph: rewritten((body) => body.replace(/"status":\d+,?/g, '')),
    },
  },
  {
    name: 'an error that nobody knows',
    isNone: false,
    replies: {
      ews: rewritten((body) =>
        body.replace(/ResponseClass="\w+"/g, 'ResponseClass="Error"').replace(/>NoError</g, '>constructor<'),
      ),
      graph: () => ({ status: 400, body: '{"error":{"code":"__proto__","message":{}}}' }),
    },
  },
  {
    name: 'control characters',
    isNone: false,
    replies: { ...same(rewritten((body) => body.replace(/text|one|two/g, 'a\0\u0001\u202e\uffff'))) },
  },
];

/** Lists and trees without end, in which each reply makes sense. */
const FORCED: readonly HostileCase[] = [
  ews('the same page for ever', /^FindItem/, ['find all', 'list all'], (own) => ({
    body: own.body
      .replace(/IncludesLastItemInRange="\w+"/, 'IncludesLastItemInRange="false"')
      .replace(/TotalItemsInView="\d+"/, 'TotalItemsInView="1000000000"')
      .replace(/IndexedPagingOffset="\d+"/, 'IndexedPagingOffset="0"'),
  })),
  ews('a page of empty ids for ever', /^FindItem/, ['find all', 'list all'], (own) => ({
    body: own.body
      .replace(/IncludesLastItemInRange="\w+"/, 'IncludesLastItemInRange="false"')
      .replace(/TotalItemsInView="\d+"/, 'TotalItemsInView="NaN"')
      .replace(/Id="[^"]*"/g, 'Id=""'),
  })),
  ews('new messages on every page for ever', /^FindItem/, ['find by a text', 'find all'], (own, count) => ({
    body: own.body
      .replace(/IncludesLastItemInRange="\w+"/, 'IncludesLastItemInRange="false"')
      .replace(/(<t:Items>)[^]*(<\/t:Items>)/, (_, start: string, end: string) => {
        const ids = Array.from({ length: 1000 }, (_one, i) => `${'A'.repeat(40)}${count}x${i}`);
        return `${start}${ids.map((id) => `<t:Message><t:ItemId Id="${id}"/></t:Message>`).join('')}${end}`;
      }),
  })),
  ews('the same changes for ever', /^SyncFolderItems/, ['changesSince'], (own) => ({
    body: own.body.replace(/(<m:IncludesLastItemInRange>)\w+/, '$1false'),
  })),
  ews('no changes for ever, each with a new state', /^SyncFolderItems/, ['changesSince'], (own) => ({
    body: own.body
      .replace(/(<m:IncludesLastItemInRange>)\w+/, '$1false')
      .replace(/(<m:SyncState>)[^<]*/, `$1${Math.random()}`),
  })),
  ews('the same folders for ever', /^FindFolder/, ['listFolders'], (own) => ({
    body: own.body.replace(/IncludesLastItemInRange="\w+"/, 'IncludesLastItemInRange="false"'),
  })),
  ews('new folders on every page for ever', /^FindFolder/, ['listFolders'], (own, count) => ({
    body: own.body
      .replace(/IncludesLastItemInRange="\w+"/, 'IncludesLastItemInRange="false"')
      .replace(
        '</t:Folders>',
        () =>
          `${Array.from({ length: 1000 }, (_, i) => folderElement(`new${count}x${i}`, 'none')).join('')}</t:Folders>`,
      ),
  })),
  ews('folders in a circle', /^FindFolder/, ['listFolders', 'moveMessages'], (own) => ({
    body: own.body.replace(
      /<t:FolderId Id="([^"]*)"([^>]*)>(.*?)<t:ParentFolderId Id="[^"]*"/gs,
      '<t:FolderId Id="$1"$2>$3<t:ParentFolderId Id="$1"',
    ),
  })),
  ews('folders 20,000 deep', /^FindFolder/, ['listFolders'], (own) => ({
    body: own.body.replace(
      '</t:Folders>',
      () =>
        `${Array.from({ length: 20_000 }, (_, i) => folderElement(`deep${i}`, `deep${i - 1}`)).join(
          '',
        )}</t:Folders>`,
    ),
  })),
  ews('200,000 attachments', /^GetItem/, ['getMessages'], (own) => ({
    body: own.body.replace(
      '</t:Attachments>',
      () =>
        `${'<t:FileAttachment><t:AttachmentId Id="AAAAAAAAAAAA"/><t:Name>x</t:Name></t:FileAttachment>'.repeat(200_000)}</t:Attachments>`,
    ),
  })),
  ews('a body of 20 MB', /^GetItem/, ['listMessages'], (own) => ({
    body: own.body.replace(/(<t:Body\b[^>]*>)/, (start) => start + '&lt;p&gt;x '.repeat(1_700_000)),
  })),
  ews(
    'a message that does not end',
    /^GetItem/,
    ['openMessage'],
    (own) => ({
      body: own.body.replace(/(<t:MimeContent\b[^>]*>)[^]*/, '$1'),
    }),
    'QUJD',
  ).map((one) => ({ ...one, isLong: true })),
  ews('a reply that does not end behind the message', /^GetItem/, ['openMessage'], undefined, ' text'),
  ews('a message that does not begin', /^GetItem/, ['openMessage'], () => ({ body: '<s:Envelope>' }), '<a/>'),
  graph('a list in a circle', /^GET .*\/messages\?/, ['find all', 'list all'], (own) => linked(own, 'same')),
  graph('the same page under new links', /^GET .*\/messages\?/, ['find all', 'list all'], (own) =>
    linked(own, String(Math.random())),
  ),
  graph('empty pages for ever', /^GET .*\/messages\?/, ['find all', 'list all'], (own) =>
    linked({ ...own, body: '{"value":[]}' }, String(Math.random())),
  ),
  graph('the same changes under new links', /^GET .*\/messages\/delta/, ['changesSince'], (own) => ({
    body: own.body.replace(
      /"@odata\.(?:delta|next)Link":"([^"]*)"/,
      (_, link: string) => `"@odata.nextLink":"${link}&mark=${Math.random()}"`,
    ),
  })),
  graph('a link that is none', /^GET .*\/messages\?/, ['find all'], (own) => ({
    body: JSON.stringify({ ...(JSON.parse(own.body) as object), '@odata.nextLink': 'nowhere' }),
  })),
  graph('a link to another host', /^GET .*\/messages\?/, ['find all'], (own) => ({
    body: JSON.stringify({ ...(JSON.parse(own.body) as object), '@odata.nextLink': 'https://evil.test/x' }),
  })),
  graph('the same folders under new links', /^GET .*\/mailFolders\?/, ['listFolders'], (own) =>
    linked(own, String(Math.random())),
  ),
  graph('folders in a circle', /mailFolders/, ['listFolders', 'moveMessages'], (own) => ({
    body: own.body.replace(/"childFolderCount":\d+/g, '"childFolderCount":5'),
  })),
  graph('folders that never end', /mailFolders/, ['listFolders'], (own, count) => ({
    body: own.body
      .replace(/"childFolderCount":\d+/g, '"childFolderCount":1')
      .replace(/("value":\[).*\]/s, `$1${JSON.stringify(deep(count))}]`),
  })),
  graph('200,000 attachments', /^POST .*batch\nGET .*\/messages\//, ['getMessages'], (own) => ({
    body: own.body.replace(
      /"attachments":\[/,
      () => `"attachments":[${'{"id":"AAAAAAAAAAAA","name":"x","size":-1},'.repeat(200_000)}`,
    ),
  })),
  graph('a body of 20 MB', /^GET .*\/messages\?/, ['listMessages'], (own) => ({
    body: own.body.replace(/"content":"/, () => `"content":"${'<p>x '.repeat(4_000_000)}`),
  })),
  graph('a web page for a file', /^GET .*\$value/, ['openMessage', 'openAttachment'], () => ({
    ...{ status: 200, type: 'text/html', body: LOGIN_PAGE },
  })),
].flat();

const folderElement = (id: string, parent: string): string =>
  `<t:Folder><t:FolderId Id="${id}"/><t:ParentFolderId Id="${parent}"/><t:FolderClass>IPF.Note</t:FolderClass><t:DisplayName>folder ${id}</t:DisplayName></t:Folder>`;

const deep = (count: number) => ({
  ...{ id: `AAAAAAAA${count}`, displayName: `folder ${count}`, parentFolderId: `AAAAAAAA${count - 1}` },
  childFolderCount: 1,
});

function linked(own: WebReply, mark: string): Partial<WebReply> {
  const page = JSON.parse(own.body) as object;
  return {
    body: JSON.stringify({
      ...page,
      '@odata.nextLink': `https://localhost/v1.0/me/messages?$top=10&mark=${mark}`,
    }),
  };
}

function forced(protocol: Protocol) {
  return (
    name: string,
    at: RegExp,
    works: WorkName[],
    reply: WebAttack['reply'],
    flood?: string,
  ): HostileCase[] => works.map((work) => ({ protocol, name, work, web: { protocol, at, reply, flood } }));
}
function ews(...args: Parameters<ReturnType<typeof forced>>): HostileCase[] {
  return forced('ews')(...args);
}
function graph(...args: Parameters<ReturnType<typeof forced>>): HostileCase[] {
  return forced('graph')(...args);
}

const isFile = (protocol: Protocol, name: string, work: WorkName): boolean =>
  protocol === 'graph' && FILES.includes(work) && name !== PAGE_OF_PROXY;

export const WEB_CASES: readonly HostileCase[] = [
  ...FORCED,
  ...BROKEN.flatMap(({ name, isNone, replies, flood }) =>
    (Object.keys(replies) as Protocol[]).flatMap((protocol) =>
      (Object.keys(REQUESTS) as WorkName[]).map(
        (work): HostileCase => ({
          ...{
            protocol,
            name,
            work,
            isNone: isNone && !isFile(protocol, name, work) && !OTHERWISE.includes(work),
          },
          isLong: flood !== undefined && isFile(protocol, name, work),
          web: {
            protocol,
            at: REQUESTS[work]![protocol],
            reply: replies[protocol],
            flood: flood?.[protocol],
          },
        }),
      ),
    ),
  ),
];

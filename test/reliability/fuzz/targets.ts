import type { Socket } from 'node:net';
import { Duplex, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { CHARSETS, TRANSFER } from '../../corpus/encodings';
import { FIELD_KINDS } from '../../corpus/kinds';
import { FILE_NAMES, STRUCTURES, SUBJECTS } from '../../corpus/structures';
import { describeOAuthError } from '../../../mail/auth/oauth-errors';
import { withJson } from '../../../mail/auth/token-endpoint';
import { toMessage as fromEws } from '../../../mail/ews/convert';
import { Base64Decoder, ElementText } from '../../../mail/ews/element-text';
import { soapFault } from '../../../mail/ews/fault';
import { readReply } from '../../../mail/ews/autodiscover/pox-messages';
import { authenticateMessage } from '../../../mail/ews/ntlm';
import { schemesOf } from '../../../mail/ews/refusals';
import { errorOf } from '../../../mail/ews/responses';
import { parseXml } from '../../../mail/ews/xml';
import { toMessage as fromGraph } from '../../../mail/graph/convert';
import { fromMime } from '../../../mail/graph/from-mime';
import { faultOf } from '../../../mail/graph/refusals';
import { parseReply } from '../../../mail/graph/reply-json';
import { CopyUids } from '../../../mail/imap/copy-uid';
import { parseId as parseImapId } from '../../../mail/imap/message-id';
import { parseAddressList } from '../../../mail/mime/address-list';
import type { BodyPart } from '../../../mail/mime/body-part';
import { decodeBytes } from '../../../mail/mime/charset';
import { attachments, classify } from '../../../mail/mime/classify';
import { headerDate } from '../../../mail/mime/date';
import { headerFields } from '../../../mail/mime/header';
import { htmlToText } from '../../../mail/mime/html-to-text';
import { parseParameters } from '../../../mail/mime/parameters';
import { readSource } from '../../../mail/mime/read-source';
import { decodeTransfer, TransferDecoder } from '../../../mail/mime/transfer-decoder';
import { decodeWords } from '../../../mail/mime/words';
import { retryAfter } from '../../../mail/net/https-reply';
import { whatAnswered } from '../../../mail/net/what-answered';
import { TrafficCounter } from '../../../mail/net/traffic';
import { PopConnection } from '../../../mail/pop3/connection';
import { readEntries } from '../../../mail/pop3/entries';
import { toMailError as toPopError } from '../../../mail/pop3/errors';
import { parseId as parsePop3Id } from '../../../mail/pop3/message-id';
import { readMessages } from '../../../mail/pop3/retrieve';
import { parseCapabilities } from '../../../mail/smtp/capabilities';
import { safeFileName } from '../../../mail/text';
import { pieces } from './mutate';

/** What reads something that a stranger wrote. */
export interface Target {
  name: string;
  corpus: readonly Buffer[];
  /** @returns what is to be the same however the bytes are cut, where that is so */
  run: (bytes: Buffer, next: () => number) => unknown;
  /** Errors that are an answer, beside a MailError. */
  answers?: (error: unknown) => boolean;
}

const texts = (...all: string[]): Buffer[] => all.map((text) => Buffer.from(text));
const MAIL = [...CHARSETS, ...TRANSFER, ...STRUCTURES, ...FILE_NAMES, ...SUBJECTS, ...FIELD_KINDS].map(
  ({ raw }) => raw,
);
const HEADERS = MAIL.map((raw) => raw.subarray(0, Math.max(50, raw.indexOf('\r\n\r\n'))));

async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
async function* cut(bytes: Buffer, next: () => number): AsyncGenerator<Buffer> {
  for (const piece of pieces(bytes, next)) yield await Promise.resolve(piece);
}

const differ = (one: unknown, other: unknown): void => {
  if (JSON.stringify(one) !== JSON.stringify(other))
    throw new Error('another result where it is cut otherwise');
};

/** Half a character is no text, and no database takes it. */
const assertWhole = (value: unknown): void => {
  if (/[^\\](?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(value))) throw new Error('half a character');
};

const EWS = texts(
  `<t:Message xmlns:t="t"><t:ItemId Id="1" ChangeKey="2"/><t:Subject>Hello</t:Subject><t:Body BodyType="HTML">&lt;p&gt;hi&lt;/p&gt;</t:Body><t:From><t:Mailbox><t:Name>Ada</t:Name><t:EmailAddress>ada@example.test</t:EmailAddress></t:Mailbox></t:From><t:Attachments><t:FileAttachment><t:AttachmentId Id="3"/><t:Name>a.txt</t:Name><t:Size>5</t:Size></t:FileAttachment></t:Attachments><t:DateTimeSent>2026-02-02T10:00:00Z</t:DateTimeSent><t:InternetMessageHeaders><t:InternetMessageHeader HeaderName="X">y</t:InternetMessageHeader></t:InternetMessageHeaders></t:Message>`,
  `<m:R ResponseClass="Error"><m:ResponseCode>ErrorServerBusy</m:ResponseCode><m:MessageXml><t:Value Name="BackOffMilliseconds">5</t:Value></m:MessageXml></m:R>`,
  `<s:Envelope><s:Body><s:Fault><faultcode>a:ErrorServerBusy</faultcode></s:Fault></s:Body></s:Envelope>`,
);
const POX = texts(
  `<Autodiscover><Response><Account><AccountType>email</AccountType><Action>settings</Action><Protocol><Type>EXPR</Type><EwsUrl>https://mail.example.test/EWS/Exchange.asmx</EwsUrl></Protocol></Account></Response></Autodiscover>`,
  `<Autodiscover><Response><Account><Action>redirectAddr</Action><RedirectAddr>ada@example.test</RedirectAddr></Account></Response></Autodiscover>`,
  `<Autodiscover><Response><Error><ErrorCode>600</ErrorCode><Message>Invalid</Message></Error></Response></Autodiscover>`,
);
const GRAPH = [
  {
    id: '1',
    subject: 'Hello',
    internetMessageId: '<1@x>',
    from: { emailAddress: { name: 'Ada', address: 'ada@example.test' } },
    toRecipients: [{ emailAddress: { address: 'bob@example.test' } }],
    sentDateTime: '2026-02-02T10:00:00Z',
    flag: { flagStatus: 'flagged' },
    categories: ['a'],
    body: { contentType: 'html', content: '<p>hi</p>' },
    attachments: [{ '@odata.type': '#microsoft.graph.fileAttachment', id: '2', name: 'a.txt', size: 5 }],
    singleValueExtendedProperties: [{ id: 'Integer 0xe08', value: '100' }],
    internetMessageHeaders: [{ name: 'X', value: 'y' }],
  },
  { error: { code: 'ErrorItemNotFound', message: 'gone' } },
].map((one) => Buffer.from(JSON.stringify(one)));

/** Values of JSON that no server should give there. */
const ODD: readonly unknown[] = [
  null,
  0,
  -1,
  Infinity,
  '',
  'x',
  '\ud800',
  [],
  {},
  [null],
  { length: 3 },
  true,
  { toString: 1 },
];

/** The same with something else in place of some of its values: mutated bytes are rarely JSON. */
function odd(value: unknown, next: () => number): unknown {
  if (next() < 0.08) return ODD[Math.floor(next() * ODD.length)];
  if (Array.isArray(value)) return value.map((one) => odd(one, next));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, odd(one, next)]));
}

const graph = (json: string): unknown => {
  const reply = parseReply(json);
  // No object at all is told where the reply is read.
  if (typeof reply !== 'object' || reply === null) return undefined;
  faultOf(400, reply);
  return fromGraph(reply as Parameters<typeof fromGraph>[0], 'INBOX', ALL);
};

const POP3_GREETINGS = texts('+OK ready <1896.697170952@x>\r\n', '-ERR [SYS/TEMP] later\r\n');
const POP3_REPLIES = texts(
  '+OK\r\nUSER\r\nUIDL\r\nTOP\r\nSASL PLAIN XOAUTH2\r\nPIPELINING\r\n.\r\n',
  '+OK 2 320\r\n',
  '+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n',
  '+OK\r\n1 whqtswO00WBw418f9t5JxYwZ\r\n2 QhdPYR:00WBw1Ph7x7\r\n.\r\n',
  '+OK 120 octets\r\nSubject: one\r\n\r\n..text\r\n.\r\n-ERR no such message\r\n',
);

/** A POP3 server's side of a conversation, of which each command gets what comes next. */
async function pop3(bytes: Buffer, next: () => number): Promise<void> {
  const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const connection = new PopConnection(socket as Socket, NOWHERE, 1000, new TrafficCounter());
  for (const piece of pieces(bytes, next)) socket.push(piece);
  socket.push(null);
  const steps = [
    async () => await connection.greeting(),
    async () => await connection.readCapabilities(),
    async () => await connection.command('STAT'),
    async () => await readEntries(connection),
    async () => await all(readMessages(connection, [{ number: 1 }, { number: 2 }], lengthOf)),
    async () => await all(await connection.data('RETR 1', 100)),
  ];
  try {
    for (const step of steps.slice(Math.floor(next() * steps.length))) await step();
  } catch (error) {
    // What it means is decided in one place, as for every command.
    throw toPopError(error, NOWHERE);
  } finally {
    connection.destroy();
  }
}

const STRUCTURES_OF_IMAP: readonly BodyPart[] = [
  {
    type: 'multipart/mixed',
    childNodes: [
      { part: '1', type: 'text/plain' },
      { part: '2', type: 'image/png', disposition: 'inline', id: '<x>' },
    ],
  },
  {
    type: 'multipart/alternative',
    childNodes: [
      { part: '1', type: 'text/plain' },
      { part: '2', type: 'multipart/related', childNodes: [{ part: '2.1', type: 'text/html' }] },
    ],
  },
];
const EWS_DOWNLOADS = texts(
  '<s:Envelope><s:Body><m:ResponseCode>NoError</m:ResponseCode><t:MimeContent CharacterSet="UTF-8">U3ViamVjdDogb25lDQoNCnRleHQ=</t:MimeContent></s:Body></s:Envelope>',
  '<s:Envelope><t:Name>a.txt</t:Name><t:Content>dGV4dA==</t:Content></s:Envelope>',
);
const TOKENS = texts(
  '{"error":"invalid_grant","error_description":"AADSTS50076: Due to a configuration change you must use MFA. Trace ID: 1"}',
  '{"error":"invalid_client","error_description":"The OAuth client was not found.","access_token":"x"}',
);
const NTLM_CHALLENGE = Buffer.concat([
  Buffer.from('NTLMSSP\0'),
  ...[2, 0, 48, 0x00800201, 1, 2, 0, 0, 0x00140014, 48].map((value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  }),
  Buffer.from([2, 0, 4, 0, 65, 0, 66, 0, 7, 0, 4, 0, 1, 2, 3, 4, 0, 0, 0, 0]),
]);

const NOWHERE = { host: 'mail.example.test', port: 110, security: 'none' } as const;

async function all(values: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const value of values) count += value === undefined ? 0 : 1;
  return count;
}

const lengthOf = async (_entry: unknown, data: AsyncIterable<Buffer>): Promise<number> => await all(data);

const ALL = { content: true, headers: true };
const isSyntax = (error: unknown): boolean => error instanceof SyntaxError;
const text = (name: string, corpus: readonly Buffer[], run: (text: string) => unknown): Target => ({
  ...{ name, corpus },
  run: (bytes) => run(bytes.toString('latin1')),
});

export const TARGETS: readonly Target[] = [
  {
    name: 'messages, in any pieces',
    corpus: MAIL,
    run: async (bytes, next) => {
      const read = await readSource(whole(bytes), { content: true });
      assertWhole(read);
      differ(read, await readSource(cut(bytes, next), { content: true }));
    },
  },
  {
    name: 'transfer encodings, in any pieces',
    corpus: TRANSFER.map(({ raw }) => raw.subarray(raw.indexOf('\r\n\r\n') + 4)),
    run: (bytes, next) => {
      for (const encoding of ['base64', 'quoted-printable', '8bit', 'x-unknown']) {
        const decoder = new TransferDecoder(encoding);
        const parts = [...pieces(bytes, next)].map((piece) => decoder.push(piece));
        differ(decodeTransfer(bytes, encoding), Buffer.concat([...parts, decoder.end()]));
      }
    },
  },
  { name: 'headers', corpus: HEADERS, run: (bytes) => headerFields(bytes) },
  {
    name: 'charsets',
    corpus: CHARSETS.map(({ raw }) => raw),
    run: (bytes, next) =>
      decodeBytes(
        bytes,
        ['utf-8', 'iso-2022-jp', 'utf-7', 'gb18030', 'utf-16', 'hz-gb-2312', bytes.toString('latin1', 0, 20)][
          Math.floor(next() * 7)
        ],
      ),
  },
  text(
    'addresses',
    texts('Ada <ada@x.test>, "B, \\"b\\"" <b@x>', 'g: a@x, b@x;, (c) d@x', '=?utf-8?Q?=C3=A9?= <e@x>'),
    parseAddressList,
  ),
  text(
    'encoded words',
    SUBJECTS.map(({ raw }) => raw),
    decodeWords,
  ),
  text(
    'dates',
    texts('Mon, 2 Feb 2026 10:00:00 +0000 (UTC)', '2 Feb 26 10:00 EST', '2026-02-02T10:00:00Z'),
    headerDate,
  ),
  text(
    'parameters',
    texts('text/plain; charset="utf-8"', "attachment; filename*0*=utf-8''a%20; filename*1=b.txt"),
    parseParameters,
  ),
  text(
    'file names',
    FILE_NAMES.map(({ raw }) => raw),
    (name) => safeFileName(name, 'file'),
  ),
  text(
    'HTML',
    texts(
      '<p>Hello <b>you</b></p><table><tr><td>1</td></tr></table>',
      '<a href="x">y</a><img src=z><ul><li>1',
    ),
    (html) => htmlToText(html),
  ),
  text(
    'SMTP replies',
    texts('250-mail.test\r\n250-SIZE 1000\r\n250-AUTH PLAIN LOGIN\r\n250 SMTPUTF8', '220 x ESMTP'),
    parseCapabilities,
  ),
  { name: 'POP3 replies, in any pieces', corpus: [...POP3_GREETINGS, ...POP3_REPLIES], run: pop3 },
  text('POP3 message IDs', texts('POP3;UIDL=a%20b', 'POP3;UIDL=x;COPY=1/2'), parsePop3Id),
  text('IMAP message IDs', texts('INBOX;UIDVALIDITY=1/;UID=2', 'A%2Fb/c;UIDVALIDITY=7/;UID=42'), parseImapId),
  text('COPYUID', texts('1:3,7 2:4,9', '1:4294967295 1:4294967295'), (line) => {
    const section = ['COPYUID', '7', ...line.split(' ')].map((value) => ({ value }));
    new CopyUids('UID COPY', [{ type: 'ATOM', value: '1:3' }]).standardize({ attributes: [{ section }] });
  }),
  {
    name: 'structures from IMAP',
    corpus: texts('a.png', 'text/html', '<logo@x>', 'multipart/related', '=?utf-8?Q?a?='),
    run: (bytes, next) => {
      const given = bytes.toString('latin1');
      // What the sender wrote is anywhere in it; what type each thing has is decided by imapflow.
      const written = (node: BodyPart): BodyPart => ({
        ...node,
        ...(next() < 0.3 && { type: given }),
        ...(next() < 0.3 && { id: given, disposition: given }),
        ...(next() < 0.3 && { parameters: { name: given, charset: given } }),
        childNodes: node.childNodes?.flatMap((one) => (next() < 0.8 ? [written(one), written(one)] : [])),
      });
      const structure = written(STRUCTURES_OF_IMAP[Math.floor(next() * 2)]!);
      classify(structure);
      attachments(structure);
    },
  },
  {
    name: 'messages to store, over Graph',
    corpus: MAIL,
    run: async (bytes) => await fromMime(bytes),
  },
  {
    name: 'EWS downloads, in any pieces',
    corpus: EWS_DOWNLOADS,
    run: async (bytes, next) => {
      const found = async (source: Iterable<Buffer>) => {
        const text = new ElementText('(?:Mime)?Content');
        const content = Readable.from(source)
          .pipe(text)
          .pipe(new Base64Decoder(() => undefined, '1'));
        return (await buffer(content)).toString('base64');
      };
      differ(await found([bytes]), await found(pieces(bytes, next)));
    },
  },
  text(
    'what a server asks for at login',
    texts('Negotiate, NTLM, Basic realm="x, y"', 'Bearer'),
    (header) => {
      schemesOf(header);
      retryAfter(header);
      whatAnswered(header);
    },
  ),
  {
    name: 'NTLM challenges',
    corpus: [NTLM_CHALLENGE],
    run: (bytes) =>
      authenticateMessage(
        bytes,
        { user: 'ada', domain: '', password: 'secret' },
        { servicePrincipalName: 'HTTP/x', channelBinding: Buffer.alloc(16) },
      ),
  },
  {
    name: 'token replies',
    corpus: TOKENS,
    run: (bytes, next) => {
      const read = (body: string) =>
        describeOAuthError(withJson({ status: 400, headers: {}, body }).body, 'x');
      read(bytes.toString('latin1'));
      const json: unknown = JSON.parse(TOKENS[Math.floor(next() * TOKENS.length)]!.toString());
      read(JSON.stringify(odd(json, next)));
    },
  },
  text('Autodiscover', POX, readReply),
  {
    ...text('EWS', EWS, (xml) => {
      soapFault(xml);
      const [item] = parseXml(xml).children;
      if (!item) return undefined;
      errorOf(item);
      return fromEws(item, 'INBOX', ALL);
    }),
    answers: isSyntax,
  },
  {
    name: 'Graph',
    corpus: GRAPH,
    run: (bytes, next) => {
      return graph(JSON.stringify(odd(JSON.parse(bytes.toString()), next)));
    },
    answers: isSyntax,
  },
  {
    name: 'Graph, as JSON',
    corpus: GRAPH,
    run: (_, next) => {
      const json: unknown = JSON.parse(GRAPH[Math.floor(next() * GRAPH.length)]!.toString());
      return graph(JSON.stringify(odd(json, next)));
    },
  },
];

import { CHARSETS, TRANSFER } from '../../corpus/encodings';
import { FIELD_KINDS } from '../../corpus/kinds';
import { FILE_NAMES, STRUCTURES, SUBJECTS } from '../../corpus/structures';
import { toMessage as fromEws } from '../../../mail/ews/convert';
import { soapFault } from '../../../mail/ews/fault';
import { readReply } from '../../../mail/ews/autodiscover/pox-messages';
import { errorOf } from '../../../mail/ews/responses';
import { parseXml } from '../../../mail/ews/xml';
import { toMessage as fromGraph } from '../../../mail/graph/convert';
import { faultOf } from '../../../mail/graph/refusals';
import { parseReply } from '../../../mail/graph/reply-json';
import { parseAddressList } from '../../../mail/mime/address-list';
import { decodeBytes } from '../../../mail/mime/charset';
import { headerDate } from '../../../mail/mime/date';
import { headerFields } from '../../../mail/mime/header';
import { htmlToText } from '../../../mail/mime/html-to-text';
import { parseParameters } from '../../../mail/mime/parameters';
import { readSource } from '../../../mail/mime/read-source';
import { decodeTransfer, TransferDecoder } from '../../../mail/mime/transfer-decoder';
import { decodeWords } from '../../../mail/mime/words';
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
    run: async (bytes, next) =>
      differ(
        await readSource(whole(bytes), { content: true }),
        await readSource(cut(bytes, next), { content: true }),
      ),
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

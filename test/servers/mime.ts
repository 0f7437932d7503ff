export interface Attachment {
  filename: string;
  content: Buffer | string;
  contentType?: string;
  /** Makes it an inline part that the HTML can show as `cid:<this>`. */
  cid?: string;
}

export interface MailContent {
  from?: string;
  to?: string;
  cc?: string;
  subject?: string;
  date?: Date;
  text?: string;
  html?: string;
  attachments?: Attachment[];
  /** Further headers, or others than the usual ones. */
  headers?: Record<string, string>;
}

const ASCII = /^[\x20-\x7e]*$/;
let made = 0;

/** A correct message as it goes over the wire: CRLF lines, encoded words, base64 bodies. */
export function mail(content: MailContent = {}): Buffer {
  const headers = {
    From: content.from ?? 'Sender <sender@example.test>',
    To: content.to ?? 'alice@example.test',
    ...(content.cc ? { Cc: content.cc } : {}),
    Subject: content.subject ?? 'No subject',
    Date: (content.date ?? new Date()).toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<${process.pid}.${Date.now()}.${++made}@example.test>`,
    'MIME-Version': '1.0',
    ...content.headers,
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${encodeHeader(value)}`);
  return Buffer.from(`${head.join('\r\n')}\r\n${body(content)}`);
}

/** Encodes the words that need it and leaves the addresses beside them readable. */
function encodeHeader(value: string): string {
  if (ASCII.test(value)) return value;
  const [, name = value, address = ''] = /^(.*?)(\s*<[^<>]*>)?$/.exec(value) ?? [];
  // An encoded word may not exceed 75 characters: at most 11 characters of 4 bytes each.
  const words = [...name].reduce<string[]>((chunks, character, index) => {
    if (index % 11 === 0) chunks.push('');
    chunks[chunks.length - 1] += character;
    return chunks;
  }, []);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ') + address;
}

function body({ text, html, attachments = [] }: MailContent): string {
  const inline = attachments.filter(({ cid }) => cid !== undefined);
  const attached = attachments.filter(({ cid }) => cid === undefined);
  const richText =
    html === undefined ? [] : [multipart('related', [textPart('html', html), ...inline.map(filePart)])];
  const plainText = text === undefined && html !== undefined ? [] : [textPart('plain', text ?? '')];
  return multipart('mixed', [
    multipart('alternative', [...plainText, ...richText]),
    ...attached.map(filePart),
  ]);
}

/** Parts as one; a single part needs no wrapping. */
function multipart(kind: string, parts: string[]): string {
  const [only = ''] = parts;
  if (parts.length < 2) return only;
  const boundary = `=_${kind}_${process.pid}_${++made}`;
  const inner = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${inner}--${boundary}--\r\n`;
}

function textPart(kind: 'plain' | 'html', text: string): string {
  return base64Part(`Content-Type: text/${kind}; charset=utf-8`, Buffer.from(text));
}

function filePart({ filename, content, contentType, cid }: Attachment): string {
  const name = ASCII.test(filename)
    ? `filename="${filename}"`
    : `filename*=UTF-8''${encodeURIComponent(filename)}`;
  const disposition = cid === undefined ? 'attachment' : 'inline';
  const head = [
    `Content-Type: ${contentType ?? 'application/octet-stream'}`,
    `Content-Disposition: ${disposition}; ${name}`,
    ...(cid === undefined ? [] : [`Content-ID: <${cid}>`]),
  ];
  return base64Part(head.join('\r\n'), Buffer.from(content));
}

function base64Part(head: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,76}/g) ?? [];
  return `${head}\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines.join('\r\n')}\r\n`;
}

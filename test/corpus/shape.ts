/** A file that a message carries, as whoever sent it had it. */
export interface CarriedFile {
  name: string;
  bytes: Buffer;
}

/** A message as some program really writes it, and what a reader has to find in it. */
export interface Shape {
  name: string;
  raw: Buffer;
  subject?: string;
  /** The text/plain, without white space at its end. */
  text?: string;
  files?: CarriedFile[];
  /** Of the files. */
  inline?: boolean[];
  /** The text/html, without white space at its end. */
  html?: string;
  /** ISO 8601; empty where the message has none that can be read. */
  date?: string;
  /** `name <address>`, or the address alone. */
  from?: string[];
  to?: string[];
}

export const crlf = (...lines: string[]): string => lines.join('\r\n');

/** Every byte there is, several times over, so that nothing that a decoder loses goes unnoticed. */
export const BYTES = Buffer.from(Array.from({ length: 1500 }, (_, i) => (i * 7 + (i >> 8)) % 256));

export const base64Lines = (bytes: Buffer, width = 76): string =>
  (bytes.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\r\n');

/** @param header of the message, beside From and Date; the body is bytes or latin1 */
export const message = (header: string[], body: string | Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      crlf('From: a@example.test', 'Date: Mon, 2 Nov 2026 10:00:00 +0000', ...header, '', ''),
      'utf8',
    ),
    typeof body === 'string' ? Buffer.from(body, 'latin1') : body,
  ]);

/** The usual mail: a text, and one file whose header and body are given. */
export const withFile = (header: string[], body: string | Buffer, boundary = 'b1'): Buffer => {
  const file = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  return message(
    ['Subject: file', 'MIME-Version: 1.0', `Content-Type: multipart/mixed; boundary="${boundary}"`],
    Buffer.concat([
      Buffer.from(crlf(`--${boundary}`, 'Content-Type: text/plain', '', 'hello', `--${boundary}`, '')),
      Buffer.from(crlf(...header, '', ''), 'utf8'),
      file,
      Buffer.from(crlf('', `--${boundary}--`, '')),
    ]),
  );
};

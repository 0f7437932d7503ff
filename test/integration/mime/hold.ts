import { buffer } from 'node:stream/consumers';

import { expect } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import type { Expected, ExpectedFile, FieldMail } from './field-mail';

/** As people compare texts: without the white space around them. */
const plain = (text = ''): string => text.replace(/\r\n/g, '\n').trim();

function meets<T>(actual: T | undefined, expected: Expected<T> | undefined, what: string): void {
  if (expected === undefined) return;
  const text = String(actual ?? '');
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) {
    expect(actual, what).toEqual(expected);
  } else if ('contains' in expected) {
    for (const one of expected.contains) expect(text, what).toContain(one);
  } else if ('lacks' in expected) {
    for (const one of expected.lacks) expect(text, what).not.toContain(one);
  } else if ('oneOf' in expected) {
    expect(expected.oneOf, what).toContain(actual ?? null);
  } else if ('matches' in expected) {
    expect(text, what).toMatch(new RegExp(expected.matches, 'u'));
  } else expect(actual, what).toEqual(expected);
}

async function readFiles(client: MailClient, id: string, wanted: readonly ExpectedFile[]) {
  const message = (await client.getMessages([id], { content: false, attachments: true })).get(id);
  if (!message || message instanceof Error) throw message ?? new Error('not there');
  const files: Array<ExpectedFile & { savedAs: string; content: string }> = [];
  for (const { part, fileName, mimeType, inline } of message.attachments) {
    const needsBytes = wanted.some(({ content, savedAs }) => content !== undefined || savedAs !== undefined);
    const download = needsBytes ? await client.openAttachment(id, part) : undefined;
    const content = download ? (await buffer(download.content)).toString('latin1') : '';
    files.push({ fileName, mimeType, inline, savedAs: download?.fileName ?? '', content });
  }
  return files;
}

const describes = (file: ExpectedFile & { savedAs: string; content: string }, wanted: ExpectedFile): void => {
  meets(file.fileName, wanted.fileName, 'file name');
  meets(file.mimeType, wanted.mimeType, 'type');
  meets(file.inline, wanted.inline, 'inline');
  if (wanted.savedAs !== undefined) expect(file.savedAs).toMatch(new RegExp(wanted.savedAs, 'u'));
  meets(file.content, wanted.content, 'content');
};

const isSuch = (file: Parameters<typeof describes>[0], wanted: ExpectedFile): boolean => {
  try {
    describes(file, wanted);
    return true;
  } catch {
    return false;
  }
};

/** Reads a message and holds it to what is expected of it. */
export async function holds(client: MailClient, id: string, { expected }: FieldMail): Promise<void> {
  const message = (await client.getMessages([id], { content: true, attachments: true })).get(id);
  if (!message || message instanceof Error) throw message ?? new Error('not there');
  const { subject, date, from, to, cc, text, html, files } = expected;
  meets(message.subject, subject, 'subject');
  meets(message.date, date, 'date');
  for (const [people, wanted] of [
    [message.from, from],
    [message.to, to],
    [message.cc, cc],
  ] as const) {
    if (wanted) expect(people).toEqual(wanted);
  }
  const trimmed = (wanted: Expected<string> | undefined) =>
    typeof wanted === 'string' ? plain(wanted) : wanted;
  meets(plain(message.content?.text), trimmed(text), 'text');
  meets(plain(message.content?.html), trimmed(html), 'html');
  if (!files) return;
  const wanted = Array.isArray(files) ? files : files.includes;
  const found = await readFiles(client, id, wanted);
  if (Array.isArray(files)) {
    expect(found.map(({ fileName }) => fileName)).toHaveLength(wanted.length);
    for (const [index, one] of wanted.entries()) describes(found[index]!, one);
  } else {
    for (const one of wanted) {
      expect(
        found.some((file) => isSuch(file, one)),
        `${JSON.stringify(one)} in ${JSON.stringify(found)}`,
      ).toBe(true);
    }
  }
}

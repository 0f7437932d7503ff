import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Address } from '../../../mail/model/message';
import type { MailClient } from '../../../mail/model/client';
import { startDovecotLab } from '../../contract/dovecot-lab';
import type { MailLab } from '../../contract/lab';
import { CHARSETS, TRANSFER } from '../../corpus/encodings';
import { FIELD_KINDS } from '../../corpus/kinds';
import { ODDITIES } from '../../corpus/oddities';
import { RARE_KINDS } from '../../corpus/rare';
import { FILE_NAMES, STRUCTURES, SUBJECTS } from '../../corpus/structures';

/*
 * Mail as programs in the world write it. IMAP reads the structure that the server found, POP3 the one that we find:
 * both have to give every file byte for byte.
 */

const written = ({ name, address }: Address): string =>
  name && address ? `${name} <${address}>` : name || address;

const SHAPES = [
  ...FIELD_KINDS,
  ...RARE_KINDS,
  ...ODDITIES,
  ...TRANSFER,
  ...CHARSETS,
  ...STRUCTURES,
  ...FILE_NAMES,
  ...SUBJECTS,
];

it('has a corpus of at least 60 different shapes', () => {
  expect(new Set(SHAPES.map(({ name }) => name)).size).toBe(SHAPES.length);
  expect(SHAPES.length).toBeGreaterThanOrEqual(60);
});

describe.each(['imap', 'pop3'] as const)('%s', (protocol) => {
  let lab: MailLab;
  let client: MailClient;
  let ids: string[];

  beforeAll(async () => {
    lab = await startDovecotLab(protocol);
    await lab.deliver(
      lab.inbox,
      SHAPES.map(({ raw }, i) => ({ raw, receivedAt: new Date(Date.UTC(2026, 0, 1, 0, i)) })),
    );
    client = await lab.open();
    ids = (await client.findMessages(lab.inbox, {}, Infinity)).reverse();
  });
  afterAll(async () => {
    await client?.close();
    await lab?.stop();
  });

  it.each(SHAPES.map((shape, index) => ({ ...shape, index })))('$name', async (shape) => {
    const id = ids[shape.index]!;
    const message = (await client.getMessages([id], { content: true, attachments: true })).get(id);
    if (!message || message instanceof Error) throw message ?? new Error('not there');
    if (shape.subject !== undefined) expect(message.subject).toBe(shape.subject);
    if (shape.text !== undefined) expect(message.content?.text?.trimEnd()).toBe(shape.text);
    if (shape.html !== undefined) expect(message.content?.html?.trimEnd()).toBe(shape.html);
    if (shape.date !== undefined) expect(message.date ?? '').toBe(shape.date);
    if (shape.from !== undefined) expect(message.from.map(written)).toEqual(shape.from);
    if (shape.to !== undefined) expect(message.to.map(written)).toEqual(shape.to);
    if (shape.inline !== undefined)
      expect(message.attachments.map(({ inline }) => inline)).toEqual(shape.inline);
    const wanted = shape.files ?? [];
    expect(message.attachments.map(({ fileName }) => fileName)).toEqual(wanted.map(({ name }) => name));
    for (const [index, { part }] of message.attachments.entries()) {
      const bytes = await buffer((await client.openAttachment(id, part)).content);
      expect(
        bytes.equals(wanted[index]!.bytes),
        `${bytes.length} bytes, ${wanted[index]!.bytes.length} sent`,
      ).toBe(true);
    }
  });

  it('keeps the source of every message byte for byte', async () => {
    const differ: string[] = [];
    for await (const [id, message] of client.openMessages(ids)) {
      if (message instanceof Error) throw message;
      const { name, raw } = SHAPES[ids.indexOf(id)]!;
      // Servers give CRLF for a bare line feed (RFC 9051 section 2.2).
      const sent = Buffer.from(raw.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
      if (!(await buffer(message.content)).subarray(0, sent.length).equals(sent)) differ.push(name);
    }
    expect(differ).toEqual([]);
  });
});

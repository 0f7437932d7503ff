import { buffer } from 'node:stream/consumers';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { isMailError } from '../../../mail/errors';
import { bugs, keepsBugsApart, thrown } from '../../contract/bugs';
import { startDovecotLab } from '../../contract/dovecot-lab';
import { startEwsLab } from '../../contract/ews-lab';
import { startGraphLab } from '../../contract/graph-lab';
import { mail } from '../../servers/mailbox';

// Parsers that throw, at one message of several: no server and no mail can be made to bring that about.

vi.mock('../../../mail/mime/summary', async (importOriginal) => {
  const { stumble } = await import('../../contract/bugs.js');
  const real = await importOriginal<typeof import('../../../mail/mime/summary')>();
  const summaryOf: typeof real.summaryOf = (fields) => {
    stumble(fields);
    return real.summaryOf(fields);
  };
  return { ...real, summaryOf };
});
vi.mock('../../../mail/exchange/values', async (importOriginal) => {
  const { stumble } = await import('../../contract/bugs.js');
  const real = await importOriginal<typeof import('../../../mail/exchange/values')>();
  const toAddress: typeof real.toAddress = (name, address) => {
    stumble(name);
    return real.toAddress(name, address);
  };
  return { ...real, toAddress };
});
vi.mock('../../../mail/mime/content', async (importOriginal) => {
  const { stumblingContent } = await import('../../contract/bugs.js');
  return await stumblingContent(importOriginal);
});
vi.mock('../../../mail/mime/mime-walker', async (importOriginal) => {
  const { stumble } = await import('../../contract/bugs.js');
  const real = await importOriginal<typeof import('../../../mail/mime/mime-walker')>();
  class MimeWalker extends real.MimeWalker {
    override push(chunk: Buffer): void {
      stumble('in pieces', chunk.toString('latin1'));
      super.push(chunk);
    }
  }
  return { ...real, MimeWalker };
});
vi.mock('../../../mail/mime/transfer-decoder', async (importOriginal) => {
  const { stumble } = await import('../../contract/bugs.js');
  const real = await importOriginal<typeof import('../../../mail/mime/transfer-decoder')>();
  class TransferDecoder extends real.TransferDecoder {
    override push(chunk: Buffer): Buffer {
      stumble('encoded', chunk.toString('latin1'));
      return super.push(chunk);
    }
  }
  const decodeTransfer: typeof real.decodeTransfer = (stored, encoding) => {
    stumble('encoded', stored.toString('latin1'));
    return real.decodeTransfer(stored, encoding);
  };
  return { ...real, TransferDecoder, decodeTransfer };
});

describe('IMAP', () => keepsBugsApart(async () => await startDovecotLab('imap')));
describe('POP3', () => keepsBugsApart(async () => await startDovecotLab('pop3')));
describe('EWS', () => keepsBugsApart(async () => await startEwsLab()));
describe('Graph', () => keepsBugsApart(async () => await startGraphLab()));

afterEach(() => bugs.clear());

const PIECE = 'PIECE-THAT-STUMBLES';

it('POP3: what a parser leaves of a message does not become the answer to the next command', async () => {
  const lab = await startDovecotLab('pop3');
  const long = `${'fine\r\n'.repeat(30_000)}${PIECE}\r\n${'more\r\n'.repeat(60_000)}`;
  await lab.deliver('INBOX', [
    { raw: mail({ subject: 'One', text: 'one' }) },
    { raw: mail({ subject: 'Bad', text: long }) },
    { raw: mail({ subject: 'Two', text: 'two' }) },
  ]);
  const client = await lab.open();
  try {
    bugs.set(PIECE, thrown);
    const failed = new Map();
    for (let round = 0; round < 2; round++) {
      const found = await client.listMessages('INBOX', {}, { content: true }, Infinity, failed);
      expect(found.map(({ content }) => content?.text)).toEqual(['two', 'one']);
      expect([...failed.values()].map(({ message }: Error) => message)).toEqual([
        expect.stringContaining('("Bad") could not be read'),
      ]);
    }
    expect(client.usable).toBe(true);
  } finally {
    await client.close();
    await lab.stop();
  }
});

describe.each([
  ['IMAP', async () => await startDovecotLab('imap')],
  ['POP3', async () => await startDovecotLab('pop3')],
  // Graph gives files as they are.
  ['EWS', async () => await startEwsLab()],
])('%s', (_, startLab) => {
  it('a file whose content brings a bug to light costs only its message', async () => {
    const lab = await startLab();
    const file = (content: string | Buffer) => ({ filename: 'a.txt', contentType: 'text/plain', content });
    const large = Buffer.alloc(3 * 1024 * 1024, 'x');
    const bad = Buffer.concat([large, Buffer.from('?'.repeat(57)), large]);
    await lab.deliver(lab.inbox, [
      { raw: mail({ subject: 'One', text: '1', attachments: [file('one')] }) },
      { raw: mail({ subject: 'Bad', text: '2', attachments: [file('?'.repeat(57))] }) },
      { raw: mail({ subject: 'Bad and large', text: '3', attachments: [file(bad)] }) },
      { raw: mail({ subject: 'Two', text: '4', attachments: [file('two')] }) },
    ]);
    const client = await lab.open();
    try {
      const all = await client.listMessages(lab.inbox, {}, { content: false, attachments: true }, Infinity);
      const subjects = new Map(all.map(({ id, subject }) => [id, subject]));
      const requests = all.flatMap(({ id, attachments }) => attachments.map((one) => ({ id, ...one })));
      bugs.set(Buffer.from('?'.repeat(9)).toString('base64'), thrown);
      const results = new Map<string | undefined, string | undefined>();
      for await (const [{ id }, download] of client.openAttachments(requests)) {
        const result = isMailError(download)
          ? download
          : await buffer(download.content).catch((error: unknown) => error);
        const text = Buffer.isBuffer(result) ? result.toString() : isMailError(result) ? result.code : 'raw';
        results.set(subjects.get(id), text);
      }
      expect(Object.fromEntries(results)).toEqual({
        ...{ One: 'one', Two: 'two' },
        ...{ Bad: 'MESSAGE_UNREADABLE', 'Bad and large': 'MESSAGE_UNREADABLE' },
      });
      bugs.clear();
      expect(await client.findMessages(lab.inbox, {}, Infinity)).toHaveLength(4);
    } finally {
      await client.close();
      await lab.stop();
    }
  });
});

import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { isMailError, type MailError } from '../../../mail/errors';
import { GraphClient } from '../../../mail/graph/client';
import type { OutgoingMessage } from '../../../mail/model/outgoing';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph, token } from '../../contract/graph-lab';
import type { Fault, GraphServer } from '../../servers/graph/graph';
import { mail } from '../../servers/mailbox';

// Nothing reports success that did not happen, nothing that was done is lost, and no write is repeated blindly.

let server: GraphServer;
let client: GraphClient;

beforeAll(async () => {
  server = await startAdasGraph();
});
afterAll(async () => {
  await client?.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(async () => {
  await client?.close();
  client = await GraphClient.open(graphSettings(server, {}, token(ADA), 10_000));
  await client.listFolders({ counts: false });
  for (const list of [server.requests, server.calls, server.faults, server.batchFaults, server.sent])
    list.length = 0;
});

const deliver = async (folder: string, ...subjects: string[]) => {
  await server.mailbox(ADA).deliver(
    folder,
    subjects.map((subject) => ({ mime: mail({ subject }) })),
  );
  return await client.findMessages(folder, {}, Infinity);
};
const subjectsIn = async (folder: string) =>
  (await client.listMessages(folder, {}, { content: false }, Infinity)).map(({ subject }) => subject);
const letter = (subject: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  ...{ from: ADA, to: 'bob@example.test', subject, text: 'Hello' },
  ...more,
});
const errorOf = async (work: Promise<unknown>): Promise<MailError> =>
  await work.then(
    () => expect.fail('no error'),
    (error: MailError) => error,
  );
const answer = (status: number, code: string): Fault => ({
  ...{ kind: 'status', status },
  body: JSON.stringify({ error: { code, message: 'x' } }),
});
const LARGE = [{ fileName: 'large.bin', mimeType: 'a/b', content: randomBytes(7 * 1024 * 1024) }];
const COPY = { saveToSent: 'automatic' } as const;

describe('a message', () => {
  it.each<[string, Fault, string]>([
    ['a gateway without time', { kind: 'status', status: 503, body: '<html>busy</html>' }, 'SEND_UNCERTAIN'],
    ['a time that ran out', answer(408, 'ErrorTimeoutExpired'), 'SEND_UNCERTAIN'],
    ['an error without a code', { kind: 'status', status: 500 }, 'SEND_UNCERTAIN'],
    ['an error that passes', answer(500, 'ErrorInternalServerTransientError'), 'SEND_UNCERTAIN'],
    ['a quota of sending', answer(500, 'ErrorSubmissionQuotaExceeded'), 'SEND_REFUSED'],
    ['a full mailbox', answer(507, 'ErrorQuotaExceeded'), 'SERVER_REFUSED'],
    ['a sender that is not allowed', answer(403, 'ErrorSendAsDenied'), 'SEND_REFUSED'],
    ['a size that is too much', answer(413, 'ErrorMessageSizeExceeded'), 'SERVER_REFUSED'],
  ])('is attempted only once, even after %s', async (_, fault, code) => {
    server.faults.push(fault);
    const error = await errorOf(client.send(letter('once'), COPY));
    expect(error.code).toBe(code);
    expect(error.message).not.toMatch(/not known.*not known/);
    expect(server.requests).toEqual(['POST /v1.0/me/sendMail']);
  });

  it.each<[string, OutgoingMessage['headers']]>([
    ['another header than X-…', [{ name: 'List-Unsubscribe', value: '<https://example.test>' }]],
    ['more than five', Array.from({ length: 6 }, (_, n) => ({ name: `X-${n}`, value: 'x' }))],
  ])('without a copy is refused with %s, and nothing is sent', async (_, headers) => {
    const error = await errorOf(client.send(letter('never', { headers }), { saveToSent: 'never' }));
    expect(error).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/^Headers: /) as string,
    });
    expect(server.requests).toEqual([]);
  });

  it('is not sent when Graph does not confirm that it attached the file', async () => {
    // The draft, the session, and two of three pieces come before.
    server.faults.push(undefined, undefined, undefined, undefined, { kind: 'rubbish', body: '{}' });
    const error = await errorOf(client.send(letter('unattached', { attachments: LARGE }), COPY));
    expect(error.message).toMatch(/attached nothing$/);
    expect(server.sent).toEqual([]);
    expect(await subjectsIn('\\Drafts')).not.toContain('unattached');
  });

  it('that is refused leaves no draft behind', async () => {
    server.faults.push(...Array<undefined>(5).fill(undefined), answer(403, 'ErrorSendAsDenied'));
    const error = await errorOf(client.send(letter('refused', { attachments: LARGE }), COPY));
    expect(error.code).toBe('SEND_REFUSED');
    expect(await subjectsIn('\\Drafts')).not.toContain('refused');
  });

  it('reports a message that it could not remove', async () => {
    // The draft and the session, a piece that is lost, and the draft that cannot be taken away.
    server.faults.push(undefined, undefined, { kind: 'drop' }, { kind: 'status', status: 403 });
    const error = await errorOf(client.send(letter('left', { attachments: LARGE }), COPY));
    expect(error).toMatchObject({
      code: 'CHANGE_UNCERTAIN',
      message: expect.stringMatching(/Part of the message is left/) as string,
    });
  });
});

describe('many messages', () => {
  it('keep their results when the rest fails', async () => {
    const [old = ''] = await deliver('Deleted Items', 'in the trash');
    const [fresh = ''] = await deliver('Fresh', 'to the trash');
    // What is in the trash is looked up, the fresh one moved, and then the other deletion fails.
    server.faults.push(undefined, undefined, { kind: 'status', status: 403 });
    const outcomes = await client.deleteMessages([old, fresh], { permanently: false });
    expect(outcomes.get(fresh)).toMatchObject({ folder: 'Deleted Items' });
    expect(outcomes.get(old)).toMatchObject({ code: 'ACCESS_DENIED' });
  });

  it('get a new token when one part of a batch refuses the old one, and are changed once', async () => {
    const ids = await deliver('Tokens', 'one', 'two', 'three');
    const asked: Array<string | undefined> = [];
    const one = await GraphClient.open(
      graphSettings(
        server,
        {},
        {
          ...token(ADA),
          login: async ({ refused } = {}) => {
            asked.push(refused);
            return await Promise.resolve({ user: ADA, accessToken: ADA });
          },
        },
      ),
    );
    await one.createFolder('Tokens copied');
    await one.listFolders({ counts: false });
    server.calls.length = 0;
    server.batchFaults.push(undefined, { kind: 'status', status: 401 });
    const outcomes = await one.copyMessages(ids, 'Tokens copied');
    expect([...outcomes.values()].filter((outcome) => isMailError(outcome))).toEqual([]);
    expect(asked.at(-1)).toBe(ADA);
    expect(await one.findMessages('Tokens copied', {}, Infinity)).toHaveLength(3);
    await one.close();
  });

  it('are listed once each, even when others arrive during the listing', async () => {
    const short = await startAdasGraph({ pageSize: 2 });
    const one = await GraphClient.open(graphSettings(short));
    const box = short.mailbox(ADA);
    await box.deliver(
      'Inbox',
      ['1', '2', '3', '4', '5'].map((subject) => ({ mime: mail({ subject }) })),
    );
    // After each page something new comes.
    const arriving = setInterval(() => void box.deliver('Inbox', [{ mime: mail({ subject: 'new' }) }]), 3);
    const ids = await one.findMessages('INBOX', {}, 12);
    clearInterval(arriving);
    expect(new Set(ids).size).toBe(ids.length);
    await one.close();
    await short.stop();
    expect(short.problems).toEqual([]);
  });
});

describe.each<[string, Fault]>([
  ['hangs up', { kind: 'drop' }],
  ['says 504', { kind: 'status', status: 504 }],
])('a server that %s during a single change', (_, fault) => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'stored',
      async () => await client.appendMessage('INBOX', { content: mail({ subject: 'x' }), marks: {} }),
    ],
    ['saved', async () => await client.saveDraft(letter('draft once'))],
    ['made', async () => await client.createFolder('Made once')],
  ])('leaves it unknown whether it was %s', async (__, change) => {
    server.faults.push(fault);
    expect((await errorOf(change())).code).toBe('CHANGE_UNCERTAIN');
  });
});

describe('a folder', () => {
  it('is found again after someone deleted it and created it again', async () => {
    const ids = await deliver('Source', 'one');
    await client.createFolder('Target');
    const other = await GraphClient.open(graphSettings(server));
    await other.deleteFolder('Target');
    await other.createFolder('Target');
    await other.close();
    expect([...(await client.moveMessages(ids, 'Target')).values()]).toMatchObject([{ folder: 'Target' }]);
    expect(await subjectsIn('Target')).toEqual(['one']);
  });

  it('that is gone is reported as a missing folder', async () => {
    const ids = await deliver('Source', 'two');
    await client.createFolder('Gone');
    const other = await GraphClient.open(graphSettings(server));
    await other.deleteFolder('Gone');
    await other.close();
    expect((await errorOf(client.moveMessages(ids, 'Gone'))).code).toBe('FOLDER_NOT_FOUND');
    await client.createFolder('Gone');
    const again = await GraphClient.open(graphSettings(server));
    await again.deleteFolder('Gone');
    await again.close();
    const storing = client.appendMessage('Gone', { content: mail({ subject: 'x' }), marks: {} });
    expect((await errorOf(storing)).code).toBe('FOLDER_NOT_FOUND');
  });

  it('whose use cannot be read gives an error, not a folder without a use', async () => {
    const one = await GraphClient.open(graphSettings(server));
    server.batchFaults.push({ kind: 'status', status: 500 });
    expect((await errorOf(one.listFolders({ counts: false }))).code).toBe('SERVER_REFUSED');
    expect((await one.listFolders({ counts: false }))[0]).toMatchObject({
      path: 'INBOX',
      specialUse: '\\Inbox',
    });
    await one.close();
  });
});

it('lets other sessions use the mailbox while it waits', async () => {
  const ids = await deliver('Waiting', 'one');
  server.faults.push({ kind: 'throttled', retryAfter: 5 });
  let isWaiting = true;
  const waiting = client.markMessages(ids, { isRead: true }).finally(() => (isWaiting = false));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const other = await GraphClient.open(graphSettings(server, {}, token(ADA), 10_000));
  await other.findMessages('INBOX', {}, 1);
  expect(isWaiting).toBe(true);
  await other.close();
  expect([...(await waiting).values()]).toEqual([true]);
});

it.each(['InefficientFilter', 'ErrorInvalidUrlQueryFilter'])(
  'evaluates a filter that Graph finds too complex by itself (%s)',
  async (code) => {
    const folder = `Complex ${code}`;
    await deliver(folder, 'one', 'two', 'three');
    for (const query of [{ subject: ['two'] }, { subject: ['two'], from: ['a'], isRead: false }]) {
      const expected = await client.findMessages(folder, query, 5);
      expect(expected).toHaveLength(1);
      server.faults.push(answer(400, code));
      expect(await client.findMessages(folder, query, 5)).toEqual(expected);
      server.faults.push(answer(400, code));
      expect(await client.listMessages(folder, query, { content: false }, 5)).toMatchObject([
        { id: expected[0] },
      ]);
    }
  },
);

it('treats a list as complete only when the server says so', async () => {
  const page = JSON.stringify({ value: [], '@odata.nextLink': 'not a link' });
  server.faults.push({ kind: 'rubbish', body: page });
  expect((await errorOf(client.findMessages('INBOX', {}, 5))).code).toBe('NOT_A_MAIL_SERVER');
});

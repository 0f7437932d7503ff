import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { answer, startRelay, type Relay } from '../integration/smtp/fixture';
import { mail } from '../servers/mailbox';
import { waitFor } from '../servers/wait';
import { chain } from '../servers/workflow';
import { n8nRequire } from './engine';
import { ALICE, BOB, expectSuccess, itemsOf, subjects, useLab } from './lab';
import { connect, disconnect, give, mailbox, pass } from './nodes';

const lab = useLab();
const GO_ON = { onError: 'continueRegularOutput' };
const LETTER = { toEmail: BOB, subject: 'Grüße', emailFormat: 'text', text: 'Hello' };
let relay: Relay;
let onTaken: (() => Promise<void>) | undefined;

/** Alice's account, with a server to send through. */
const SENDER = 'sender';
const send = (parameters: object = {}, extras = {}) =>
  mailbox('Send', { operation: 'send', ...LETTER, ...parameters }, extras);
const readSent = (parameters: object = {}) => mailbox('Sent', { folder: 'Sent', ...parameters });
const parsed = async () =>
  await Promise.all(relay.delivered.map(async ({ raw }) => await PostalMime.parse(raw)));

beforeAll(async () => {
  relay = await startRelay({
    passwords: lab().dovecot.users,
    take: () => onTaken?.(),
    onRcptTo: ({ address }, _, callback) =>
      callback(address.startsWith('nobody') ? answer(550, '5.1.1 <nobody> is not here') : null),
  });
});
beforeEach(() => {
  onTaken = undefined;
  Object.assign(relay, { delivered: [], opened: 0, logins: 0, transactions: 0 });
  lab().credentials[SENDER] = {
    ...lab().credentials[ALICE],
    smtpHost: 'localhost',
    smtpPort: relay.port,
    smtpSecurity: 'none',
  };
});
afterEach(async () => await waitFor('the sending connections to end', () => relay.open() === 0, 2000));
afterAll(async () => await relay.stop());

test('sends what the fields say, and reports the result', async () => {
  const run = await lab().run([
    connect(SENDER),
    send({
      fromEmail: `Alice <${ALICE}>`,
      toEmail: `Bob <${BOB}>`,
      emailFormat: 'both',
      html: '<b>Hello</b>',
      options: {
        ccEmail: 'cleo@example.test',
        bccEmail: 'dora@example.test',
        replyTo: 'answers@example.test',
        importance: 'high',
        headers: {
          header: [
            { name: 'X-Ticket', value: 42 },
            { name: '', value: '' },
          ],
        },
      },
    }),
    readSent({ limit: 1, simplify: false }),
  ]);
  expectSuccess(run);
  const [item] = itemsOf(run, 'Send');
  expect(item).toEqual({
    json: {
      messageId: expect.stringMatching(/^<.+@example\.test>$/) as string,
      from: `Alice <${ALICE}>`,
      to: `Bob <${BOB}>`,
      cc: 'cleo@example.test',
      bcc: 'dora@example.test',
      subject: 'Grüße',
      accepted: [BOB, 'cleo@example.test', 'dora@example.test'],
      rejected: [],
      sentCopy: { saved: true, folder: 'Sent' },
    },
    pairedItem: { item: 0 },
  });
  const [email] = await parsed();
  expect(email).toMatchObject({
    messageId: item!.json.messageId,
    from: { name: 'Alice', address: ALICE },
    replyTo: [{ address: 'answers@example.test' }],
    text: 'Hello\n',
  });
  expect(email!.html?.trim()).toBe('<b>Hello</b>');
  expect(email!.headers).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ key: 'x-ticket', value: '42' }),
      expect.objectContaining({ key: 'importance', value: 'high' }),
    ]),
  );
  expect(email!.bcc).toBeUndefined();
  expect(itemsOf(run, 'Sent')[0]?.json).toMatchObject({
    messageId: item!.json.messageId,
    isRead: true,
    bcc: [{ address: 'dora@example.test' }],
  });
});

test('a read receipt is asked for, to the sender, and the header cannot be set twice', async () => {
  const fields = (options: object) => send({ ...LETTER, fromEmail: `Alice <${ALICE}>`, options });
  const header = async (options: object) => {
    relay.delivered.length = 0;
    expectSuccess(await lab().run([connect(SENDER), fields(options)]));
    const [email] = await parsed();
    return email?.headers.find(({ key }) => key === 'disposition-notification-to')?.value;
  };
  expect(await header({ requestReadReceipt: true })).toBe(`<${ALICE}>`);
  expect(await header({})).toBeUndefined();
  const own = { header: [{ name: 'Disposition-Notification-To', value: BOB }] };
  expect(await header({ headers: own })).toBe(BOB);
  const both = await lab().failure([connect(SENDER), fields({ headers: own, requestReadReceipt: true })]);
  expect(both.message).toMatch(/^Headers: "Disposition-Notification-To" is set by the message itself/);
});

test('100 items are 100 messages in order, with one login to each server', async () => {
  const wanted = Array.from({ length: 100 }, (_, i) => ({ n: i }));
  const run = await lab().run([
    connect(SENDER),
    give('Hundred', wanted),
    send({ subject: '={{ "n " + $json.n }}', options: { saveToSent: 'never' } }),
  ]);
  expectSuccess(run);
  expect(relay).toMatchObject({ opened: 1, logins: 1, transactions: 100 });
  expect(lab().logins).toBe(1);
  const expected = wanted.map(({ n }) => `n ${n}`);
  expect((await parsed()).map(({ subject }) => subject)).toEqual(expected);
  expect(subjects(run, 'Send')).toEqual(expected);
  expect(itemsOf(run, 'Send').map(({ pairedItem }) => pairedItem)).toEqual(
    wanted.map(({ n }) => ({ item: n })),
  );
  expect(itemsOf(run, 'Send')[0]?.json.sentCopy).toEqual({
    saved: false,
    reason: 'The node was set not to save one',
  });
});

test('attaches the files of the item, the named ones or all, and shows pictures in the HTML', async () => {
  const files = { report: randomBytes(50_000), table: Buffer.from('a;b\r\nä;ö\r\n'), logo: randomBytes(500) };
  const binary = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [
      name,
      { data: content.toString('base64'), mimeType: 'application/x-test', fileName: `${name}.bin` },
    ]),
  );
  const inlineImages = { image: [{ binaryField: 'logo', contentId: '' }] };
  for (const [attachments, expected] of [
    ['table, report', ['logo.bin', 'table.bin', 'report.bin']],
    ['*', ['logo.bin', 'report.bin', 'table.bin']],
  ] as const) {
    relay.delivered = [];
    const nodes = [
      connect(SENDER),
      pass('Files'),
      send({ emailFormat: 'html', html: '<img src="cid:logo">', options: { attachments, inlineImages } }),
    ];
    const workflow = { ...chain('test', nodes), pinData: { Files: [{ json: {}, binary }] } };
    expectSuccess(await lab().run({ workflow }));
    const [email] = await parsed();
    expect(email!.attachments.map(({ filename }) => filename)).toEqual(expected);
    for (const { filename, content } of email!.attachments) {
      const name = filename!.replace('.bin', '') as keyof typeof files;
      expect(Buffer.from(content as ArrayBuffer).equals(files[name]), name).toBe(true);
    }
    expect(email!.attachments[0]).toMatchObject({ contentId: '<logo>', disposition: 'inline' });
  }
});

test('streams the attachments that Get Many has downloaded from where n8n keeps them', async () => {
  const store = useBinaryStore();
  const content = randomBytes(300_000);
  const attachments = [{ filename: 'big.bin', contentType: 'application/x-big', content }];
  lab().deliver(ALICE, 'ToPassOn', [mail({ subject: 'first', attachments }), mail({ subject: 'none' })]);
  const run = await lab().run([
    connect(SENDER),
    mailbox('Read', { folder: 'ToPassOn', options: { downloadAttachments: true } }),
    send({ subject: '={{ $json.subject }}', options: { attachments: '*' } }),
  ]);
  store.restore();
  expectSuccess(run);
  const [none, first] = await parsed();
  expect([none!.subject, none!.attachments.length]).toEqual(['none', 0]);
  expect(first!.attachments.map(({ filename }) => filename)).toEqual(['big.bin']);
  expect(Buffer.from(first!.attachments[0]!.content as ArrayBuffer).equals(content)).toBe(true);
  expect(store.streamed).toBe(1);
});

/** A binary store such as the file system is for n8n, instead of the items themselves. */
function useBinaryStore() {
  const { Container } = n8nRequire('@n8n/di') as { Container: { get(type: unknown): object } };
  const { BinaryDataService } = n8nRequire('n8n-core') as { BinaryDataService: unknown };
  const service = Container.get(BinaryDataService) as { mode: string; managers: Record<string, object> };
  const before = { mode: service.mode, managers: service.managers };
  const files: Buffer[] = [];
  const store = { streamed: 0, restore: () => Object.assign(service, before) };
  const filesystem = {
    store: async (_: unknown, content: Readable) => {
      const file = await buffer(content);
      return { fileId: String(files.push(file) - 1), fileSize: file.length };
    },
    getAsStream: async (id: string) => {
      store.streamed++;
      return Readable.from([files[Number(id)]]);
    },
  };
  Object.assign(service, { mode: 'filesystem', managers: { filesystem } });
  return store;
}

test('sends from the account of the session when no sender is given', async () => {
  expectSuccess(await lab().run([connect(SENDER), send()]));
  expect(relay.delivered[0]?.from).toBe(ALICE);
});

test('each bad item gets its own error, and the others are sent', async () => {
  const items = [BOB, 'not an address', `nobody1@example.test, ${BOB}`, 'nobody1@example.test', '', BOB];
  const run = await lab().run([
    connect(SENDER),
    give(
      'Items',
      items.map((to) => ({ to })),
    ),
    send({ toEmail: '={{ $json.to }}', subject: '={{ $itemIndex }}' }, GO_ON),
  ]);
  expect(run.status).toBe('success');
  const results = itemsOf(run, 'Send');
  expect(results.map(({ json }) => json.accepted ?? json.error)).toEqual([
    [BOB],
    expect.stringMatching(/^To: "not an address" is not an email address/),
    [BOB],
    expect.stringMatching(/accepted none of the recipients/),
    'To: it is empty',
    [BOB],
  ]);
  expect(results.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
  expect(relay).toMatchObject({ opened: 1, logins: 1 });
  expect(relay.delivered).toHaveLength(3);
  const hints = run.data.resultData.runData.Send?.at(-1)?.hints ?? [];
  expect(hints).toEqual([
    expect.objectContaining({
      type: 'warning',
      message: expect.stringMatching(
        /^Item 2: The server refused nobody1@example.test \(550 5.1.1 &lt;nobody>/,
      ) as string,
    }),
  ]);
});

test('warns when a message was sent of which no copy could be saved', async () => {
  onTaken = async () => await lab().wire.stop();
  const run = await lab().run([connect(SENDER), send()]);
  expectSuccess(run);
  expect(itemsOf(run, 'Send')[0]?.json).toMatchObject({
    accepted: [BOB],
    sentCopy: { saved: false, reason: expect.stringMatching(/accepts connections at localhost/) as string },
  });
  expect(relay.delivered).toHaveLength(1);
  expect(run.data.resultData.runData.Send?.at(-1)?.hints).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/sent, but no copy/) as string }),
  ]);
});

test('a message that may have been sent is not sent again', async () => {
  onTaken = () => new Promise(() => undefined);
  const error = await lab().failure([connect(SENDER, { options: { commandTimeout: 0.5 } }), send()]);
  expect(error.message).toMatch(/did not say whether it accepted the message/);
  expect(relay).toMatchObject({ opened: 1, transactions: 1 });
});

test('a session without a server to send through says which field to fill in', async () => {
  const error = await lab().failure([connect(ALICE), send()]);
  expect(error).toMatchObject({
    message: expect.stringMatching(/^SMTP Host: it is empty/) as string,
    context: { itemIndex: 0 },
  });
});

test('names the binary field that the item does not have', async () => {
  const error = await lab().failure([connect(SENDER), send({ options: { attachments: 'nothing' } })]);
  expect(error.message).toMatch(/'nothing'/);
  expect(relay.opened).toBe(0);
});

test('Disconnect closes the sending connection too', async () => {
  expectSuccess(await lab().run([connect(SENDER), send(), disconnect()]));
  expect(relay.open()).toBe(0);
});

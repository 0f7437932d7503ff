import { randomBytes } from 'node:crypto';

import PostalMime, { type Email } from 'postal-mime';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { answer, startRelay, type Relay } from '../integration/smtp/fixture';
import { mail } from '../servers/mailbox';
import { waitFor } from '../servers/wait';
import { ALICE, BOB, expectSuccess, itemsOf, useLab } from './lab';
import { connect, give, mailbox } from './nodes';

const lab = useLab();
const SENDER = 'sender';
const TEXT = { emailFormat: 'text', text: 'My reply' };
let relay: Relay;
let count = 0;
// Times below are in New York, which is where n8n is unless somebody says otherwise.

beforeAll(async () => {
  relay = await startRelay({
    passwords: lab().dovecot.users,
    onRcptTo: ({ address }, _, callback) =>
      callback(address.startsWith('nobody') ? answer(550, '5.1.1 <nobody> is not here') : null),
  });
});
beforeEach(() => {
  Object.assign(relay, { delivered: [], opened: 0, logins: 0, transactions: 0 });
  lab().credentials[SENDER] = {
    ...lab().credentials[ALICE],
    ...{ smtpHost: 'localhost', smtpPort: relay.port, smtpSecurity: 'none' },
  };
});
afterEach(async () => await waitFor('the sending connections to end', () => relay.open() === 0, 2000));
afterAll(async () => await relay.stop());

const operation = (name: string, parameters: object = {}, extras: object = {}) =>
  mailbox('Work', { operation: name, ...parameters }, extras);
const draft = (name: string, parameters: object = {}) =>
  mailbox('Work', { resource: 'draft', operation: name, ...parameters });
const sent = async (): Promise<Email[]> =>
  await Promise.all(relay.delivered.map(async ({ raw }) => await PostalMime.parse(raw)));
const recipients = () => relay.delivered.map(({ to }) => to);

/** Replies to the only message of a new folder, or forwards it. */
async function repliedTo(original: Parameters<typeof mail>[0] | Buffer, name: string, parameters: object) {
  const folder = `Replies${++count}`;
  lab().deliver(ALICE, folder, [Buffer.isBuffer(original) ? original : mail(original)]);
  const run = await lab().run([connect(SENDER), mailbox('List', { folder }), operation(name, parameters)]);
  expectSuccess(run);
  const after = await lab().run([connect(ALICE), mailbox('List', { folder, simplify: false })]);
  const [message] = await sent();
  return {
    message: message!,
    json: itemsOf(run, 'Work')[0]!.json,
    original: itemsOf(after, 'List')[0]!.json,
  };
}

const ORIGINAL = {
  from: 'Bob <bob@example.test>',
  to: `Alice <${ALICE}>, Cleo <cleo@example.test>`,
  cc: 'dora@example.test, bob@example.test',
  subject: 'Plans',
  text: 'First line\r\n> quoted before\r\n\r\nÄöü',
  date: new Date('2026-11-01T10:00:00Z'),
  headers: { 'Message-ID': '<2@example.test>', References: '<0@example.test>\r\n <1@example.test>' },
};

test('a reply goes to the sender, in the thread, with the original below', async () => {
  const { message, json, original } = await repliedTo(ORIGINAL, 'reply', TEXT);
  expect(message).toMatchObject({
    ...{ subject: 'Re: Plans', inReplyTo: '<2@example.test>' },
    references: '<0@example.test> <1@example.test> <2@example.test>',
    to: [{ address: 'bob@example.test' }],
  });
  expect(recipients()).toEqual([['bob@example.test']]);
  expect(message.text?.trimEnd().replaceAll('\r', '')).toBe(
    'My reply\n\nOn 1 Nov 2026, 05:00, Bob <bob@example.test> wrote:\n> First line\n>> quoted before\n>\n> Äöü',
  );
  expect(json).toMatchObject({
    subject: 'Re: Plans',
    accepted: ['bob@example.test'],
    originalId: original.id,
  });
  expect(original.isAnswered).toBe(true);
});

test('Reply All leaves out your own address, and names nobody twice', async () => {
  const options = { ccEmail: 'extra@example.test', replyTo: 'other@example.test' };
  const { message } = await repliedTo(ORIGINAL, 'replyAll', { ...TEXT, options });
  expect(message.to?.map(({ address }) => address)).toEqual(['bob@example.test']);
  expect(message.cc?.map(({ address }) => address)).toEqual([
    ...['cleo@example.test', 'dora@example.test', 'extra@example.test'],
  ]);
});

test('Reply All leaves out the addresses that are named, also among the recipients of your own mail', async () => {
  const all = async (original: object, leaveOut: string) => {
    relay.delivered.length = 0;
    const parameters = { ...TEXT, options: { leaveOut } };
    const { message } = await repliedTo({ ...ORIGINAL, ...original }, 'replyAll', parameters);
    return [message.to, message.cc].map((list) => (list ?? []).map(({ address }) => address));
  };
  expect(await all({}, 'Cleo <CLEO@example.test>, x@example.test')).toEqual([
    ['bob@example.test'],
    ['dora@example.test'],
  ]);
  expect(await all({}, '={{ ["cleo@example.test", "dora@example.test"] }}')).toEqual([
    ['bob@example.test'],
    [],
  ]);
  // Sent from one of your other addresses: it goes to those it was sent to.
  const own = { from: 'sales@example.test', to: `${ALICE}, zoe@example.test`, cc: 'dora@example.test' };
  expect(await all(own, 'sales@example.test')).toEqual([['zoe@example.test'], ['dora@example.test']]);
  const note = { from: ALICE, to: ALICE, cc: undefined };
  expect(await all(note, '')).toEqual([[ALICE], []]);
});

test('Reply All refuses addresses to leave out that are none', async () => {
  const folder = `Replies${++count}`;
  lab().deliver(ALICE, folder, [mail(ORIGINAL)]);
  const error = await lab().failure([
    connect(SENDER),
    mailbox('List', { folder }),
    operation('replyAll', { ...TEXT, options: { leaveOut: 'me and you' } }),
  ]);
  expect(error.message).toMatch(/^Leave Out Addresses: "me and you" is not an email address/);
  expect(relay.delivered).toEqual([]);
});

test('a reply honours Reply-To, and a reply to your own mail goes to its recipients', async () => {
  const list = { ...ORIGINAL, headers: { 'Reply-To': 'List <list@example.test>' } };
  expect((await repliedTo(list, 'reply', TEXT)).message.to).toMatchObject([{ address: 'list@example.test' }]);
  relay.delivered.length = 0;
  const own = { ...ORIGINAL, from: `Alice <${ALICE}>`, to: 'zoe@example.test' };
  expect((await repliedTo(own, 'reply', TEXT)).message.to).toMatchObject([{ address: 'zoe@example.test' }]);
});

test.each([
  ['Re: Plans', 'Re: Plans'],
  ['AW: re: RE[2]: Plans', 'Re: Plans'],
  ['Antw: Plans', 'Re: Plans'],
  ['Regarding: Plans', 'Re: Regarding: Plans'],
  ['', 'Re: '],
])('a reply to the subject %j has the subject %j', async (subject, expected) => {
  const { json } = await repliedTo({ ...ORIGINAL, subject }, 'reply', TEXT);
  expect(json.subject).toBe(expected);
});

test('a reply in HTML quotes a text message, and keeps the pictures that the original shows', async () => {
  const picture = randomBytes(2000);
  const original = {
    ...ORIGINAL,
    html: '<html><head><style>p{}</style></head><body><p>See <img src="cid:pic"></p></body></html>',
    attachments: [
      { filename: 'pic.png', contentType: 'image/png', content: picture, cid: 'pic' },
      { filename: 'report.pdf', contentType: 'application/pdf', content: randomBytes(1000) },
    ],
  };
  const html = { emailFormat: 'html', html: '<p>Thanks</p>' };
  const { message } = await repliedTo(original, 'reply', html);
  expect(message.html).toMatch(
    /<p>Thanks<\/p>[^]*Bob &lt;bob@example.test&gt; wrote:[^]*<blockquote[^]*cid:pic/,
  );
  expect(message.html).not.toMatch(/<\/?(html|head|body)/);
  expect(message.attachments).toHaveLength(1);
  expect(Buffer.from(message.attachments[0]!.content as ArrayBuffer).equals(picture)).toBe(true);
  relay.delivered.length = 0;
  const plain = await repliedTo({ ...ORIGINAL, text: 'a < b\nc' }, 'reply', html);
  expect(plain.message.html).toMatch(/<blockquote[^]*a &lt; b<br>\s*c/);
});

test('a reply attaches the files of the original only when told to, and a forward unless told not to', async () => {
  const report = { filename: 'report.pdf', contentType: 'application/pdf', content: randomBytes(1000) };
  const original = { ...ORIGINAL, attachments: [report] };
  const filesOf = async (name: string, options: object) => {
    relay.delivered.length = 0;
    const parameters = { ...TEXT, toEmail: 'zoe@example.test', options };
    const { message } = await repliedTo(original, name, parameters);
    return message.attachments.map(({ filename }) => filename);
  };
  expect(await filesOf('reply', {})).toEqual([]);
  expect(await filesOf('reply', { includeAttachments: true })).toEqual(['report.pdf']);
  expect(await filesOf('forward', {})).toEqual(['report.pdf']);
  expect(await filesOf('forward', { includeAttachments: false })).toEqual([]);
});

test('a forward keeps pictures between texts, as a phone sends them, and files without a name get an extension', async () => {
  const parts = [
    ['Content-Type: text/plain', '', 'See below'],
    [
      'Content-Type: image/jpeg; name=IMG_1.jpg',
      'Content-Disposition: inline; filename=IMG_1.jpg',
      '',
      'photo',
    ],
    ['Content-Type: text/plain', '', 'Regards'],
    ['Content-Type: message/rfc822', '', 'Subject: inner', '', 'x'],
  ];
  const original = Buffer.from(
    [
      ...['From: bob@example.test', 'Subject: Photo', 'MIME-Version: 1.0'],
      ...['Content-Type: multipart/mixed; boundary=b', ''],
      ...parts.flatMap((lines) => ['--b', ...lines]),
      '--b--',
      '',
    ].join('\r\n'),
  );
  const { message } = await repliedTo(original, 'forward', { ...TEXT, toEmail: 'zoe@example.test' });
  expect(message.attachments.map(({ filename }) => filename)).toEqual(['IMG_1.jpg', 'attachment-2.eml']);
});

test('a reply to nobody is an error that says so, and nothing is sent', async () => {
  const folder = `Replies${++count}`;
  const bounce = 'From: Mail System <MAILER-DAEMON>\r\nTo: alice@example.test\r\nSubject: Bounced\r\n\r\nx';
  lab().deliver(ALICE, folder, [Buffer.from(bounce)]);
  const run = await lab().run([connect(SENDER), mailbox('List', { folder }), operation('reply', TEXT)]);
  expect(run.data.resultData.error?.message).toContain('there is nobody to reply to');
  expect(recipients()).toEqual([]);
});

test('a reply in text quotes an HTML message', async () => {
  const { message } = await repliedTo(
    { ...ORIGINAL, text: undefined, html: '<p>Hello &amp; <b>welcome</b></p><ul><li>one</li></ul>' },
    'reply',
    TEXT,
  );
  expect(message.text).toMatch(/> Hello & welcome[^]*> {1,2}\* one/);
});

test('unusual charsets are quoted as readable text', async () => {
  const body = Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]);
  const raw = Buffer.concat([
    Buffer.from(
      'From: b@example.test\r\nTo: alice@example.test\r\nSubject: =?windows-1251?B?z/Do4uXy?=\r\nContent-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n\r\n',
    ),
    body,
    Buffer.from('\r\n'),
  ]);
  const { message } = await repliedTo(raw, 'reply', TEXT);
  expect(message.subject).toBe('Re: Привет');
  expect(message.text).toContain('> Привет');
});

test('a message is forwarded with its text and attachments, byte for byte', async () => {
  const report = randomBytes(3_000_000);
  const original = {
    ...ORIGINAL,
    attachments: [{ filename: 'Übersicht.pdf', contentType: 'application/pdf', content: report }],
  };
  const { message, original: after } = await repliedTo(original, 'forward', {
    ...{ ...TEXT, toEmail: 'zoe@example.test' },
    options: { bccEmail: 'hidden@example.test' },
  });
  expect(message).toMatchObject({ subject: 'Fwd: Plans', to: [{ address: 'zoe@example.test' }] });
  expect(recipients()).toEqual([['zoe@example.test', 'hidden@example.test']]);
  expect(message.text).toMatch(
    /^My reply\s+---------- Forwarded message ----------\s+From: Bob <bob@example.test>\s+Date: 1 Nov 2026, 05:00\s+Subject: Plans/,
  );
  expect(message.attachments[0]).toMatchObject({ filename: 'Übersicht.pdf', mimeType: 'application/pdf' });
  expect(Buffer.from(message.attachments[0]!.content as ArrayBuffer).equals(report)).toBe(true);
  expect(after.keywords).toContain('$Forwarded');
});

test('a message is forwarded as a file, byte for byte', async () => {
  const raw = mail(ORIGINAL);
  const { message } = await repliedTo(raw, 'forward', {
    ...{ ...TEXT, toEmail: 'zoe@example.test', forwardAs: 'attachment' },
  });
  expect(message.attachments[0]?.filename).toBe('Plans.eml');
  expect(Buffer.from(message.attachments[0]!.content as ArrayBuffer).equals(raw)).toBe(true);
});

test('a thread stays together over three rounds', async () => {
  let raw = mail({ ...ORIGINAL, headers: { 'Message-ID': '<0@example.test>' } });
  const chain = ['<0@example.test>'];
  for (let round = 0; round < 3; round++) {
    relay.delivered.length = 0;
    const { message } = await repliedTo(raw, 'reply', TEXT);
    expect(message.references?.split(/\s+/)).toEqual(chain);
    chain.push(message.messageId!);
    raw = relay.delivered[0]!.raw;
  }
});

test('fifty replies read their originals together, and one that fails does not affect the others', async () => {
  const folder = `Replies${++count}`;
  lab().deliver(
    ALICE,
    folder,
    Array.from({ length: 50 }, (_, i) =>
      mail({
        from: `${i === 7 ? 'nobody' : `p${i}`}@example.test`,
        to: ALICE,
        subject: `n${i}`,
        text: `t${i}`,
      }),
    ),
  );
  const run = await lab().run([
    connect(SENDER),
    mailbox('List', { folder, returnAll: true }),
    operation('reply', { ...TEXT, options: { saveToSent: 'never' } }, { onError: 'continueRegularOutput' }),
  ]);
  expectSuccess(run);
  expect(relay.delivered).toHaveLength(49);
  expect(relay.logins).toBe(1);
  const failed = itemsOf(run, 'Work').filter(({ json }) => json.error);
  expect(failed.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 42 }]);
  const commands = lab().wire.commands.filter((line) => /^UID (FETCH|STORE)|^FETCH/.test(line));
  expect(commands.length).toBeLessThan(8);
  const after = await lab().run([
    connect(ALICE),
    mailbox('List', { folder, returnAll: true, simplify: false }),
  ]);
  expect(itemsOf(after, 'List').filter(({ json }) => json.isAnswered)).toHaveLength(49);
});

test('a draft is saved, changed and sent', async () => {
  const letter = { ...TEXT, toEmail: BOB, subject: 'Draft', options: { bccEmail: 'hidden@example.test' } };
  const drafts = mailbox('Drafts', {
    folder: { __rl: true, mode: 'use', value: '\\Drafts' },
    simplify: false,
  });
  const created = await lab().run([connect(SENDER), draft('create', letter), drafts]);
  expectSuccess(created);
  const id = String(itemsOf(created, 'Work')[0]?.json.id);
  expect(itemsOf(created, 'Drafts')[0]?.json).toMatchObject({ id, isDraft: true, subject: 'Draft' });
  const updated = await lab().run([
    connect(SENDER),
    draft('update', { ...letter, draftId: id, subject: 'Draft 2' }),
    drafts,
  ]);
  expectSuccess(updated);
  expect(itemsOf(updated, 'Drafts').map(({ json }) => json.subject)).toEqual(['Draft 2']);
  const newId = itemsOf(updated, 'Work')[0]?.json.id;
  const run = await lab().run([connect(SENDER), draft('send', { draftId: newId }), drafts]);
  expectSuccess(run);
  expect(itemsOf(run, 'Work')[0]?.json).toMatchObject({
    ...{ draftId: newId, draftRemoved: true, accepted: [BOB, 'hidden@example.test'] },
    sentCopy: { saved: true, folder: 'Sent' },
  });
  expect(recipients()).toEqual([[BOB, 'hidden@example.test']]);
  expect(relay.delivered[0]?.raw.toString()).not.toMatch(/hidden/);
  expect(itemsOf(run, 'Drafts')).toEqual([]);
});

test.each([
  ['reply', 'Re: Plans', { to: ['bob@example.test'] }],
  ['replyAll', 'Re: Plans', { to: ['bob@example.test'], cc: ['cleo@example.test', 'dora@example.test'] }],
  ['forward', 'Fwd: Plans', { to: ['zoe@example.test'] }],
])('a %s that is saved as a draft stays in its thread until it is sent', async (name, subject, people) => {
  const folder = `Replies${++count}`;
  const options = { bccEmail: 'hidden@example.test' };
  const fields = { ...TEXT, toEmail: 'zoe@example.test', saveAsDraft: true, options };
  lab().deliver(ALICE, folder, [mail(ORIGINAL)]);
  const saved = await lab().run([connect(SENDER), mailbox('List', { folder }), operation(name, fields)]);
  expectSuccess(saved);
  expect(relay.delivered).toEqual([]);
  const original = itemsOf(saved, 'List')[0]!.json;
  const { json } = itemsOf(saved, 'Work')[0]!;
  expect(json).toMatchObject({
    ...{ id: expect.stringMatching(/^Drafts;/) as string, folder: 'Drafts', subject },
    ...{ originalId: original.id, bcc: 'hidden@example.test' },
  });
  expect(json).not.toHaveProperty('accepted');
  const send = mailbox('Send', { resource: 'draft', operation: 'send' });
  const run = await lab().run([
    ...[connect(SENDER), give('Draft', [json]), send],
    mailbox('After', { folder, simplify: false }),
  ]);
  expectSuccess(run);
  // Neither a draft nor its sending marks the original.
  expect(itemsOf(run, 'After')[0]?.json).toMatchObject({ isAnswered: false, keywords: [] });
  const [message] = await sent();
  const addresses = (list: Email['to']) => list?.map(({ address }) => address);
  expect({ to: addresses(message?.to), cc: addresses(message?.cc) }).toMatchObject(people);
  expect(message?.messageId).toBe(json.messageId);
  expect(message?.references).toBe('<0@example.test> <1@example.test> <2@example.test>');
  expect(message?.inReplyTo).toBe(name === 'forward' ? undefined : '<2@example.test>');
  expect(message?.text).toMatch(/My reply[^]*First line/);
  expect(relay.delivered[0]?.to).toContain('hidden@example.test');
  expect(relay.delivered[0]?.raw.toString()).not.toMatch(/hidden/);
});

test('one node saves some replies as drafts and sends the others, and marks only what was answered', async () => {
  const folder = `Replies${++count}`;
  const letters = ['send', 'save'].map((subject) => mail({ ...ORIGINAL, subject }));
  lab().deliver(ALICE, folder, letters);
  const saveAsDraft = '={{ $json.subject === "save" }}';
  const run = await lab().run([
    ...[connect(SENDER), mailbox('List', { folder }), operation('reply', { ...TEXT, saveAsDraft })],
  ]);
  expectSuccess(run);
  expect((await sent()).map(({ subject }) => subject)).toEqual(['Re: send']);
  const after = await lab().run([connect(ALICE), mailbox('List', { folder, simplify: false })]);
  expect(itemsOf(after, 'List').map(({ json }) => [json.subject, json.isAnswered])).toEqual([
    ['save', false],
    ['send', true],
  ]);
  const messageId = itemsOf(run, 'Work').find(({ json }) => json.id)?.json.id;
  expectSuccess(await lab().run([connect(ALICE), mailbox('Clean', { operation: 'delete', messageId })]));
});

test('a forward without recipients can be saved as a draft, but not sent', async () => {
  const folder = `Replies${++count}`;
  lab().deliver(ALICE, folder, [mail(ORIGINAL)]);
  const forward = (fields: object) =>
    [connect(SENDER), mailbox('List', { folder }), operation('forward', { ...TEXT, ...fields })] as const;
  const run = await lab().run([...forward({ saveAsDraft: true })]);
  expectSuccess(run);
  const { json } = itemsOf(run, 'Work')[0]!;
  expect(json).toMatchObject({ subject: 'Fwd: Plans', to: '' });
  const send = draft('send', { draftId: json.id });
  expect((await lab().failure([connect(SENDER), send])).message).toMatch(/the draft has no recipient/);
  await lab().run([connect(ALICE), mailbox('Clean', { operation: 'delete', messageId: json.id })]);
  const refused = await lab().failure([...forward({ toEmail: ' ' })]);
  expect(refused.message).toMatch(/^To: it is empty/);
});

test('drafts are listed, read and deleted, with one command for many, and nothing else is', async () => {
  const folder = `Replies${++count}`;
  lab().deliver(ALICE, folder, [mail({ ...ORIGINAL, subject: 'received' })]);
  const make = draft('create', { ...TEXT, toEmail: BOB, subject: '={{ $json.subject }}' });
  const three = give('Subjects', [{ subject: 'Oldest' }, { subject: 'Middle' }, { subject: 'Newest' }]);
  expectSuccess(await lab().run([connect(SENDER), three, make]));
  const many = (parameters: object = {}) =>
    mailbox('Drafts', { resource: 'draft', operation: 'getMany', ...parameters });
  const listed = await lab().run([connect(SENDER), many({ limit: 2 })]);
  const found = itemsOf(listed, 'Drafts').map(({ json }) => json);
  expect(found.map(({ subject }) => subject)).toEqual(['Newest', 'Middle']);
  const received = itemsOf(await lab().run([connect(SENDER), mailbox('List', { folder })]), 'List')[0]!.json;
  const ids = give('Ids', [...found, received]);
  const work = (operation: string) =>
    mailbox('Work', { resource: 'draft', operation }, { onError: 'continueRegularOutput' });
  lab().wire.commands.length = 0;
  const read = await lab().run([connect(SENDER), ids, work('get')]);
  expect(itemsOf(read, 'Work').map(({ json }) => json.text ?? json.error)).toEqual([
    ...['My reply\n', 'My reply\n', 'Draft ID: the message is not a draft'],
  ]);
  const deleted = await lab().run([connect(SENDER), ids, work('delete')]);
  expect(itemsOf(deleted, 'Work').map(({ json }) => [json.deleted, json.folder, json.error])).toEqual([
    ...[
      [true, 'Trash', undefined],
      [true, 'Trash', undefined],
    ],
    [undefined, undefined, 'Draft ID: the message is not a draft'],
  ]);
  expect(lab().wire.commands.filter((line) => /^UID (MOVE|COPY)/.test(line))).toHaveLength(1);
  const after = await lab().run([connect(SENDER), many({ returnAll: true })]);
  const left = itemsOf(after, 'Drafts').map(({ json }) => json);
  expect(left.map(({ subject }) => subject)).toEqual(['Oldest']);
  const inFolder = await lab().run([connect(SENDER), mailbox('List', { folder })]);
  expect(itemsOf(inFolder, 'List')).toHaveLength(1);
  const list = [left[0]!.id, received.id];
  const refused = await lab().failure([connect(SENDER), draft('delete', { draftId: list })]);
  expect(refused.message).toMatch(/^1 message was deleted, 1 not: Draft ID: the message is not a draft/);
  const empty = await lab().failure([connect(SENDER), draft('get', { draftId: '={{ $json.nothing }}' })]);
  expect(empty.message).toMatch(/^Draft ID: it is empty/);
});

test('a draft that the server refuses to send is kept, and one without recipients is not sent', async () => {
  const drafts = mailbox('Drafts', { folder: 'Drafts' });
  const make = async (toEmail: string) =>
    itemsOf(
      await lab().run([connect(SENDER), draft('create', { ...TEXT, toEmail, subject: 'Stays' })]),
      'Work',
    )[0]?.json.id;
  const refused = await lab().failure([
    connect(SENDER),
    draft('send', { draftId: await make('nobody@example.test') }),
  ]);
  expect(refused.message).toMatch(/nobody/);
  const unaddressed = await lab().failure([connect(SENDER), draft('send', { draftId: await make('') })]);
  expect(unaddressed.message).toMatch(/the draft has no recipient/);
  const left = itemsOf(await lab().run([connect(ALICE), drafts]), 'Drafts');
  expect(left.map(({ json }) => json.subject)).toEqual(['Stays', 'Stays']);
  expect(relay.delivered).toEqual([]);
  const inbox = await lab().run([connect(ALICE), mailbox('List', { limit: 1 })]);
  const id = itemsOf(inbox, 'List')[0]?.json.id;
  expect((await lab().failure([connect(SENDER), draft('send', { draftId: id })])).message).toMatch(
    /not a draft/,
  );
});

test('replying to a message that does not exist fails', async () => {
  const run = await lab().run([
    connect(SENDER),
    give('Wanted', [{ id: 'INBOX;UIDVALIDITY=1/;UID=1' }, { id: '' }, { id: 'rubbish' }]),
    operation('reply', TEXT, { onError: 'continueRegularOutput' }),
  ]);
  expect(itemsOf(run, 'Work').map(({ json }) => String(json.error).slice(0, 20))).toEqual([
    expect.stringMatching(/^The message/) as string,
    expect.stringMatching(/^Message ID: it is/) as string,
    expect.stringMatching(/^Message ID: "rubb/) as string,
  ]);
  expect(relay.delivered).toEqual([]);
});

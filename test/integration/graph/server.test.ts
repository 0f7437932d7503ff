import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { messageIdOf } from '../../servers/graph/graph';
import { mail } from '../../servers/mime';
import { ADA, IMMUTABLE, startGraphFixture, type GraphFixture } from './fixture';

// The tests' Graph itself: whether it has the rules that the real one is documented to have.

const PNG = { filename: 'dot.png', content: Buffer.from('png'), contentType: 'image/png' };
const base64 = (mime: Buffer) => mime.toString('base64');

interface Part {
  id: string;
  status: number;
  headers: Record<string, string>;
  body: { id?: string; error?: { code: string } };
}

let graph: GraphFixture;
beforeAll(async () => {
  graph = await startGraphFixture();
  const mailbox = graph.server.mailbox(ADA);
  await mailbox.deliver('Inbox', [
    mail({ subject: 'First', text: 'a < b\n', from: 'Bob <bob@example.test>' }),
    { mime: mail({ subject: "It's second", html: '<p>x</p>', attachments: [PNG] }), isRead: true },
    {
      mime: mail({ subject: 'Third', html: '<img src="cid:i">', attachments: [{ ...PNG, cid: 'i' }] }),
      isFlagged: true,
    },
    { mime: mail({ subject: 'Fourth', headers: { 'In-Reply-To': '<x@y>' } }), categories: ['red'] },
  ]);
});
afterEach(() => expect(graph.problems()).toEqual([]));
afterAll(() => graph.stop());

const subjects = async (options: string): Promise<unknown> => {
  const { status, json } = await graph.ask('GET', `/me/mailFolders/inbox/messages?${options}`);
  if (status !== 200) return json.error.code;
  return json.value.map(({ subject }) => subject);
};
const filtered = (filter: string, more = '') => subjects(`$filter=${encodeURIComponent(filter)}${more}`);

/** The id of a message in the inbox. */
const idOf = async (subject: string, headers = {}): Promise<string> => {
  const options = `$select=id&$filter=${encodeURIComponent(`subject eq '${subject.replace("'", "''")}'`)}`;
  const { json } = await graph.ask('GET', `/me/mailFolders/inbox/messages?${options}`, { headers });
  return json.value[0]!.id;
};

const batch = async (requests: unknown[]) => await graph.ask('POST', '/$batch', { body: { requests } });
const parts = async (requests: unknown[]): Promise<Part[]> =>
  (await batch(requests)).json.responses as Part[];

const draft = async (body: unknown = { subject: 'Draft' }, path = '/me/messages') => {
  const { status, json } = await graph.ask('POST', path, { body, headers: IMMUTABLE });
  expect(status).toBe(201);
  return json;
};

describe('access', () => {
  test('a token opens its own mailbox and the ones shared with it', async () => {
    expect((await graph.ask('GET', '/me/mailFolders/inbox')).status).toBe(200);
    expect((await graph.ask('GET', '/users/team@example.test/mailFolders/inbox')).status).toBe(200);
    const other = await graph.ask('GET', '/users/eve@example.test/mailFolders/inbox');
    expect([other.status, other.json.error.code]).toEqual([403, 'ErrorAccessDenied']);
    expect(
      (await graph.ask('GET', '/users/eve@example.test/mailFolders/inbox', { token: 'app' })).status,
    ).toBe(200);
    const me = await graph.ask('GET', '/me/mailFolders/inbox', { token: 'app' });
    expect([me.status, me.json.error.message]).toEqual([400, expect.stringContaining('delegated')]);
  });

  test('nobody gets in without a valid token', async () => {
    for (const token of [null, 'stolen']) {
      const { status, headers, json } = await graph.ask('GET', '/me/messages', { token });
      expect([status, json.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
      expect(Object.keys(json.error.innerError)).toEqual(['date', 'request-id', 'client-request-id']);
      expect(headers['www-authenticate']).toContain('Bearer');
    }
  });

  test('users without a mailbox, and unknown users, are refused', async () => {
    const exists = (address: string) =>
      address.startsWith('guest') ? 'without mailbox' : !address.startsWith('no');
    const other = await startGraphFixture({ exists });
    const code = async (user: string) =>
      (await other.ask('GET', `/users/${user}@example.test/messages`, { token: 'app' })).json.error?.code;
    expect(await code('nobody')).toBe('ErrorInvalidUser');
    expect(await code('guest')).toBe('MailboxNotEnabledForRESTAPI');
    expect(await code('ada')).toBeUndefined();
    await other.stop();
  });
});

describe('folders', () => {
  test('are listed ten at a time, only direct subfolders, without calendars and hidden folders', async () => {
    const mailbox = graph.server.mailbox('team@example.test');
    for (let number = 1; number <= 5; number += 1) mailbox.folderAt(`Project ${number}/Below`);
    const first = await graph.ask('GET', '/users/team@example.test/mailFolders');
    const second = await graph.ask('GET', first.json['@odata.nextLink']);
    const names = [...first.json.value, ...second.json.value].map((one) => one.displayName);
    expect(first.json.value).toHaveLength(10);
    expect(names).toContain('Project 5');
    expect(names).not.toContain('Calendar');
    expect(names).not.toContain('Below');
    const expanded = await graph.ask(
      'GET',
      `/users/team@example.test/mailFolders?$top=100&$filter=displayName eq 'Project 1'&$expand=childFolders($select=displayName)`.replaceAll(
        ' ',
        '%20',
      ),
    );
    expect(expanded.json.value).toMatchObject([
      { childFolderCount: 1, childFolders: [{ displayName: 'Below' }] },
    ]);
    const root = await graph.ask('GET', '/users/team@example.test/mailFolders/msgfolderroot');
    expect(first.json.value[0]!.parentFolderId).toBe(root.json.id);
  });

  test('are made, renamed, moved and deleted, first into Deleted Items', async () => {
    const made = await graph.ask('POST', '/me/mailFolders/inbox/childFolders', {
      body: { displayName: 'A' },
    });
    expect(made.status).toBe(201);
    const again = await graph.ask('POST', '/me/mailFolders/inbox/childFolders', {
      body: { displayName: 'a' },
    });
    expect([again.status, again.json.error.code]).toEqual([409, 'ErrorFolderExists']);
    const path = `/me/mailFolders/${made.json.id}`;
    expect((await graph.ask('PATCH', path, { body: { displayName: 'B' } })).json.displayName).toBe('B');
    const moved = await graph.ask('POST', `${path}/move`, { body: { destinationId: 'archive' } });
    expect([moved.status, moved.json.id]).toEqual([201, made.json.id]);
    expect((await graph.ask('DELETE', path)).status).toBe(204);
    const trash = await graph.ask('GET', '/me/mailFolders/deleteditems/childFolders');
    expect(trash.json.value).toMatchObject([{ displayName: 'B' }]);
    expect((await graph.ask('POST', `${path}/permanentDelete`)).status).toBe(204);
    expect((await graph.ask('GET', path)).status).toBe(404);
    const inbox = await graph.ask('DELETE', '/me/mailFolders/inbox');
    expect(inbox.json.error.code).toBe('ErrorDeleteDistinguishedFolder');
  });
});

describe('lists of messages', () => {
  test('are newest first, in pages', async () => {
    expect(await subjects('')).toEqual(['Fourth', 'Third', "It's second", 'First']);
    const first = await graph.ask('GET', '/me/mailFolders/inbox/messages?$top=3&$select=subject&$count=true');
    expect(first.json).toMatchObject({ '@odata.count': 4, value: [{}, {}, {}] });
    expect(Object.keys(first.json.value[0]!)).toEqual(['@odata.etag', 'id', 'subject']);
    const second = await graph.ask('GET', first.json['@odata.nextLink']);
    expect(second.json.value).toMatchObject([{ subject: 'First' }]);
    expect(second.json['@odata.nextLink']).toBeUndefined();
  });

  test('can be filtered', async () => {
    expect(await filtered("subject eq 'it''s second'")).toEqual(["It's second"]);
    expect(await filtered('isRead eq false and hasAttachments eq false')).toEqual([
      'Fourth',
      'Third',
      'First',
    ]);
    expect(await filtered("from/emailAddress/address eq 'bob@example.test'")).toEqual(['First']);
    expect(await filtered("flag/flagStatus eq 'flagged' or categories/any(c:c eq 'red')")).toEqual([
      'Fourth',
      'Third',
    ]);
    expect(await filtered("not (contains(subject,'F') or startswith(subject,'Th'))")).toEqual([
      "It's second",
    ]);
    expect(await filtered('receivedDateTime gt 2026-11-01T08:00:02Z')).toEqual(['Fourth', 'Third']);
    expect(await filtered("toRecipients/any(r:r/emailAddress/address eq 'x')")).toBe(
      'ErrorInvalidUrlQueryFilter',
    );
    const property = "singleValueExtendedProperties/any(p:p/id eq 'String 0x1042' and p/value eq '<x@y>')";
    expect(await filtered(property)).toEqual(['Fourth']);
  });

  test('can be sorted only by properties that the filter names first', async () => {
    const order = '&$orderby=receivedDateTime%20asc';
    expect(await filtered('isRead eq false', order)).toBe('InefficientFilter');
    expect(await filtered('isRead eq false and receivedDateTime ge 2000-01-01T00:00:00Z', order)).toBe(
      'InefficientFilter',
    );
    const right = 'receivedDateTime ge 2000-01-01T00:00:00Z and isRead eq false';
    expect(await filtered(right, order)).toEqual(['First', 'Third', 'Fourth']);
  });

  test('can be searched', async () => {
    const search = (text: string, more = '') => subjects(`$search=${encodeURIComponent(text)}${more}`);
    expect(await search('"subject:second"')).toEqual(["It's second"]);
    expect(await search('"from:bob AND body:b"')).toEqual(['First']);
    expect(await search('"fou*"')).toEqual(['Fourth']);
    expect(await search('"fou"')).toEqual([]);
    expect(await search('second')).toBe('BadRequest');
    expect(await search('"x"', '&$filter=isRead')).toBe('SearchWithFilter');
    expect(await search('"x"', '&$orderby=subject')).toBe('SearchWithOrderBy');
    const first = await graph.ask('GET', '/me/messages?$top=1&$search=%22from:sender%22&$select=subject');
    const second = await graph.ask('GET', first.json['@odata.nextLink']);
    expect([first, second].map(({ json }) => json.value[0]!.subject)).toEqual(['Fourth', 'Third']);
  });
});

describe('a message', () => {
  test('has bodies, attachments and properties', async () => {
    const options = `$select=subject,body,hasAttachments&$expand=attachments($select=id,name,isInline,microsoft.graph.fileAttachment/contentId),singleValueExtendedProperties($filter=id eq 'Integer 0x1081' or id eq 'Integer 0x0E08')`;
    const { json } = await graph.ask('GET', `/me/messages/${await idOf('Third')}?${encodeURI(options)}`);
    expect(json).toMatchObject({
      hasAttachments: false,
      body: { contentType: 'html' },
      attachments: [{ '@odata.type': '#microsoft.graph.fileAttachment', contentId: 'i', isInline: true }],
      singleValueExtendedProperties: [{ id: 'Integer 0xe08' }],
    });
    expect(json.attachments[0]!.contentBytes).toBeUndefined();
    const path = `/me/messages/${await idOf('First')}`;
    expect((await graph.ask('GET', path)).json.body).toEqual({ contentType: 'text', content: 'a < b\n' });
    const asText = { Prefer: 'outlook.body-content-type="text"' };
    const html = await graph.ask('GET', `/me/messages/${await idOf('Third')}`, { headers: asText });
    expect(html.json.body.contentType).toBe('text');
    expect(html.json.internetMessageHeaders).toBeUndefined();
    const mime = await graph.ask('GET', `${path}/$value`);
    expect(mime.bytes.toString()).toContain('Subject: First\r\n');
  });

  test('can have its text turned into HTML, as some servers do', async () => {
    const other = await startGraphFixture({ bodies: 'html' });
    await other.server.mailbox(ADA).deliver('Inbox', [mail({ text: 'a < b\nc' })]);
    const { json } = await other.ask('GET', '/me/messages?$select=body');
    expect(json.value[0]!.body.contentType).toBe('html');
    expect(json.value[0]!.body.content).toContain('a &lt; b<br>\r\nc');
    await other.stop();
  });

  test('has attachments, one by one and in a batch', async () => {
    const path = `/me/messages/${await idOf("It's second")}/attachments`;
    const list = await graph.ask('GET', `${path}?$select=name,size`);
    expect(list.json.value).toMatchObject([{ name: 'dot.png', size: 203 }]);
    const one = `${path}/${list.json.value[0]!.id}`;
    expect((await graph.ask('GET', one)).json.contentBytes).toBe(base64(PNG.content));
    const raw = await graph.ask('GET', `${one}/$value`);
    expect([raw.headers['content-type'], raw.bytes]).toEqual(['image/png', PNG.content]);
    const [part] = await parts([{ id: '1', method: 'GET', url: `${one}/$value` }]);
    expect(part).toMatchObject({
      status: 200,
      headers: { 'Content-Type': 'image/png' },
      body: base64(PNG.content),
    });
  });

  test('is refused by a malformed id, and not found after it is gone', async () => {
    const malformed = await graph.ask('GET', '/me/messages/AAMkNothing=');
    expect([malformed.status, malformed.json.error.code]).toEqual([400, 'ErrorInvalidIdMalformed']);
    const { id } = await draft();
    expect((await graph.ask('POST', `/me/messages/${id}/permanentDelete`)).status).toBe(204);
    const gone = await graph.ask('GET', `/me/messages/${id}`);
    expect([gone.status, gone.json.error.code]).toEqual([404, 'ErrorItemNotFound']);
  });

  test('can always change its state, and its content only as a draft', async () => {
    const path = `/me/messages/${await idOf('First')}`;
    const change = {
      ...{ isRead: true, categories: ['blue'], flag: { flagStatus: 'flagged' } },
      singleValueExtendedProperties: [{ id: 'Integer 0x1081', value: '102' }],
    };
    const { json } = await graph.ask('PATCH', path, { body: change });
    expect(json).toMatchObject({ isRead: true, categories: ['blue'], flag: { flagStatus: 'flagged' } });
    const [item] = [...graph.server.mailbox(ADA).items.values()];
    expect(item).toMatchObject({ lastVerb: 102 });
    const sent = await graph.ask('PATCH', path, { body: { subject: 'Other' } });
    expect([sent.status, sent.json.error.code]).toEqual([400, 'ErrorInvalidPropertyUpdateSentMessage']);
    const { id } = await draft({ subject: 'Old', body: { contentType: 'text', content: 'stays' } });
    const changed = await graph.ask('PATCH', `/me/messages/${id}`, {
      body: { subject: 'New' },
      headers: IMMUTABLE,
    });
    expect(changed.json).toMatchObject({ id, subject: 'New', body: { content: 'stays\n' } });
  });
});

describe('moving', () => {
  test('gives a new id, but keeps immutable ids', async () => {
    await graph.server.mailbox(ADA).deliver('Inbox', [mail({ subject: 'Mover' })]);
    const [before, immutable] = [await idOf('Mover'), await idOf('Mover', IMMUTABLE)];
    expect(before).not.toBe(immutable);
    const body = { destinationId: 'archive' };
    const moved = await graph.ask('POST', `/me/messages/${before}/move`, { body });
    expect(moved.status).toBe(201);
    expect(moved.json.id).not.toBe(before);
    expect((await graph.ask('GET', `/me/messages/${before}`)).status).toBe(404);
    const found = await graph.ask('GET', `/me/messages/${immutable}?$select=parentFolderId`, {
      headers: IMMUTABLE,
    });
    expect(found.json).toMatchObject({ id: immutable, parentFolderId: moved.json.parentFolderId });
    const copy = await graph.ask('POST', `/me/messages/${immutable}/copy`, { body, headers: IMMUTABLE });
    expect(copy.json.id).not.toBe(immutable);
    const nowhere = await graph.ask('POST', `/me/messages/${immutable}/move`, {
      body: { destinationId: 'x' },
    });
    expect(nowhere.json.error.code).toBe('ErrorInvalidIdMalformed');
  });

  test('deleting moves to Deleted Items, and from there removes for good', async () => {
    const { id } = await draft();
    expect((await graph.ask('DELETE', `/me/messages/${id}`)).status).toBe(204);
    const trash = await graph.ask('GET', '/me/mailFolders/deleteditems/messages', { headers: IMMUTABLE });
    expect(trash.json.value).toMatchObject([{ id }]);
    expect((await graph.ask('DELETE', `/me/messages/${id}`)).status).toBe(204);
    expect((await graph.ask('GET', `/me/messages/${id}`)).status).toBe(404);
  });

  test('some clouds have no permanentDelete', async () => {
    const other = await startGraphFixture({ permanentDelete: false });
    const { json } = await other.ask('POST', '/me/messages', { body: {} });
    const { status, json: refusal } = await other.ask('POST', `/me/messages/${json.id}/permanentDelete`);
    expect([status, refusal.error.message]).toEqual([
      400,
      "Resource not found for the segment 'permanentDelete'.",
    ]);
    await other.stop();
  });
});

describe('new messages', () => {
  test('from MIME are always drafts', async () => {
    const made = await draft(base64(mail({ subject: 'From MIME', text: 'x' })));
    expect(made).toMatchObject({ subject: 'From MIME', isDraft: true });
    const broken = await graph.ask('POST', '/me/messages', { body: 'not base64!' });
    expect([broken.status, broken.json.error.code]).toEqual([400, 'ErrorMimeContentInvalidBase64String']);
    const folder = await graph.ask('POST', '/me/mailFolders/inbox/messages', { body: base64(mail()) });
    expect(folder.status).toBe(400);
    expect(graph.problems()).toHaveLength(1);
  });

  test('in a folder are drafts or not, as their flags say', async () => {
    const path = '/me/mailFolders/archive/messages';
    const flags = (value: string) => ({ singleValueExtendedProperties: [{ id: 'Integer 0x0E07', value }] });
    expect(await draft({}, path)).toMatchObject({ isDraft: true });
    expect(await draft(flags('1'), path)).toMatchObject({ isDraft: false, isRead: true });
    expect(await draft(flags('0'), path)).toMatchObject({ isDraft: false, isRead: false });
    expect(await draft(flags('8'), path)).toMatchObject({ isDraft: true, isRead: false });
  });

  test('in a folder can be received messages', async () => {
    const person = (address: string) => ({ emailAddress: { name: 'N', address } });
    const { id } = await draft(
      {
        ...{ subject: 'Imported', from: person('bob@example.test'), toRecipients: [person(ADA)] },
        bccRecipients: [person('eve@example.test')],
        body: { contentType: 'html', content: '<img src="cid:i">' },
        ...{ internetMessageId: '<a@b>', categories: ['red'], flag: { flagStatus: 'flagged' } },
        internetMessageHeaders: [{ name: 'X-Mine', value: 'yes' }],
        attachments: [
          {
            ...{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'i.png', contentType: 'image/png' },
            ...{ contentBytes: base64(PNG.content), isInline: true, contentId: 'i' },
          },
        ],
        singleValueExtendedProperties: [
          { id: 'Integer 0x0E07', value: '1' },
          { id: 'SystemTime 0x0E06', value: '2020-02-03T04:05:06Z' },
          { id: 'SystemTime 0x0039', value: '2020-02-03T04:05:00Z' },
          { id: 'String 0x1042', value: '<before@b>' },
          { id: 'String 0x1039', value: '<first@b> <before@b>' },
        ],
      },
      '/me/mailFolders/archive/messages',
    );
    const { bytes } = await graph.ask('GET', `/me/messages/${id}/$value`);
    const parsed = await PostalMime.parse(bytes);
    expect(parsed).toMatchObject({
      ...{ messageId: '<a@b>', inReplyTo: '<before@b>', references: '<first@b> <before@b>' },
      ...{ date: '2020-02-03T04:05:00.000Z', bcc: [{ address: 'eve@example.test' }] },
      attachments: [{ filename: 'i.png', contentId: '<i>' }],
    });
    expect(parsed.headers).toContainEqual(expect.objectContaining({ key: 'x-mine', value: 'yes' }));
    const { json } = await graph.ask('GET', `/me/messages/${id}`);
    expect(json).toMatchObject({
      receivedDateTime: '2020-02-03T04:05:06Z',
      sentDateTime: '2020-02-03T04:05:00Z',
    });
    expect(json).toMatchObject({
      hasAttachments: false,
      categories: ['red'],
      flag: { flagStatus: 'flagged' },
    });
  });

  test('can only set custom headers', async () => {
    const post = async (internetMessageHeaders: unknown) =>
      (await graph.ask('POST', '/me/messages', { body: { internetMessageHeaders } })).json.error
        .code as string;
    expect(await post([{ name: 'List-Id', value: 'x' }])).toBe('InvalidInternetMessageHeader');
    const six = Array.from({ length: 6 }, (_, index) => ({ name: `x-${index}`, value: 'x' }));
    expect(await post(six)).toBe('InvalidInternetMessageHeaderCollection');
    expect(await post([])).toBe('InvalidInternetMessageHeaderCollection');
  });

  test('with properties that Graph does not accept are reported', async () => {
    const post = (body: unknown) => graph.ask('POST', '/me/messages', { body });
    expect((await post({ titel: 'x' })).status).toBe(400);
    expect(graph.problems()).toEqual([expect.stringContaining('additional properties: titel')]);
    expect((await post({ receivedDateTime: '2020-02-03T04:05:06Z' })).status).toBe(201);
    expect(graph.problems()).toEqual([expect.stringContaining('receivedDateTime cannot be set')]);
  });
});

describe('large requests', () => {
  test('a request may have at most 4 MB, and an attachment in it at most 3 MB', async () => {
    const large = await graph.ask('POST', '/me/sendMail', { body: 'a'.repeat(4 * 1024 * 1024 + 4) });
    expect(large.status).toBe(413);
    expect(graph.problems()).toHaveLength(1);
    const { id } = await draft();
    const post = async (size: number) =>
      await graph.ask('POST', `/me/messages/${id}/attachments`, {
        body: {
          '@odata.type': '#microsoft.graph.fileAttachment',
          name: 'a.bin',
          contentBytes: base64(Buffer.alloc(size)),
        },
      });
    expect((await post(3 * 1024 * 1024 - 2000)).status).toBe(201);
  });

  test('two attachments added at once are both kept', async () => {
    const { id } = await draft();
    const add = (name: string) =>
      graph.ask('POST', `/me/messages/${id}/attachments`, {
        body: { '@odata.type': '#microsoft.graph.fileAttachment', name, contentBytes: '' },
      });
    const statuses = (await Promise.all([add('a'), add('b')])).map(({ status }) => status);
    const { json } = await graph.ask('GET', `/me/messages/${id}/attachments`);
    expect(json.value).toHaveLength(statuses.filter((status) => status === 201).length);
    expect(statuses.filter((status) => ![201, 412].includes(status))).toEqual([]);
  });

  test('an upload session takes a large file in pieces', async () => {
    const { id } = await draft({ subject: 'Large', body: { contentType: 'text', content: 'kept' } });
    const create = async (size: number) =>
      await graph.ask('POST', `/me/messages/${id}/attachments/createUploadSession`, {
        body: {
          AttachmentItem: { attachmentType: 'file', name: 'large.bin', contentType: 'application/pdf', size },
        },
        headers: IMMUTABLE,
      });
    expect((await create(1000)).json.error.code).toBe('ErrorAttachmentSizeShouldNotBeLessThanMinimumSize');
    const content = Buffer.alloc(5_000_000, 'abc');
    const { status, json } = await create(content.length);
    expect([status, json.nextExpectedRanges]).toEqual([201, ['0']]);
    const put = async (start: number, end: number, token: string | null = null) =>
      await graph.ask('PUT', json.uploadUrl, {
        body: content.subarray(start, end),
        headers: { 'Content-Range': `bytes ${start}-${end - 1}/${content.length}` },
        token,
      });
    expect((await put(2_000_000, 3_000_000)).status).toBe(416);
    expect((await put(0, 4_500_000)).status).toBe(413);
    expect(graph.problems()).toHaveLength(1);
    expect((await put(0, 3_000_000, 'ada')).status).toBe(200);
    expect(graph.problems()).toEqual([expect.stringContaining('Authorization')]);
    const state = await graph.ask('GET', json.uploadUrl, { token: null });
    expect(state.json.nextExpectedRanges).toEqual(['3000000']);
    const done = await put(3_000_000, content.length);
    expect([done.status, done.bytes.length]).toEqual([201, 0]);
    const [, attachment = ''] = /Attachments\('([^']+)'\)/.exec(done.headers.location!) ?? [];
    const raw = await graph.ask('GET', `/me/messages/${id}/attachments/${attachment}/$value`);
    expect(raw.bytes.equals(content)).toBe(true);
    expect((await graph.ask('GET', `/me/messages/${id}`)).json).toMatchObject({
      subject: 'Large',
      hasAttachments: true,
    });
    expect((await put(3_000_000, content.length)).status).toBe(404);
  });
});

describe('sending', () => {
  const recipients = [{ emailAddress: { address: 'bob@example.test' } }];

  test('works with MIME and JSON', async () => {
    const mime = mail({ subject: 'Sent', headers: { Bcc: 'eve@example.test' } });
    expect((await graph.ask('POST', '/me/sendMail', { body: base64(mime) })).status).toBe(202);
    const [first] = graph.server.sent.splice(0);
    expect(first).toMatchObject({ from: ADA, to: ['alice@example.test', 'eve@example.test'] });
    expect(first!.raw.toString()).not.toContain('eve@');
    const saved = await graph.ask('GET', '/me/mailFolders/sentitems/messages');
    expect(saved.json.value).toMatchObject([{ subject: 'Sent', isRead: true, isDraft: false }]);
    expect(saved.json.value[0]!.bccRecipients).toMatchObject([
      { emailAddress: { address: 'eve@example.test' } },
    ]);
    const message = { subject: 'Unsaved', toRecipients: recipients };
    const answer = await graph.ask('POST', '/me/sendMail', { body: { message, saveToSentItems: false } });
    expect([answer.status, answer.bytes.length]).toEqual([202, 0]);
    expect(graph.server.sent.splice(0)).toMatchObject([{ to: ['bob@example.test'] }]);
    expect((await graph.ask('GET', '/me/mailFolders/sentitems/messages')).json.value).toHaveLength(1);
    const nobody = await graph.ask('POST', '/me/sendMail', { body: { message: { subject: 'x' } } });
    expect(nobody.json.error.code).toBe('ErrorInvalidRecipients');
  });

  test('a draft becomes the copy in Sent Items', async () => {
    const { id } = await draft({ subject: 'Draft to send', toRecipients: recipients });
    expect((await graph.ask('POST', `/me/messages/${id}/send`)).status).toBe(202);
    expect(graph.server.sent.splice(0)).toMatchObject([{ from: ADA, to: ['bob@example.test'] }]);
    const sent = await graph.ask('GET', `/me/messages/${id}`, { headers: IMMUTABLE });
    const folder = await graph.ask('GET', '/me/mailFolders/sentitems');
    expect(sent.json).toMatchObject({ id, isDraft: false, isRead: true, parentFolderId: folder.json.id });
    expect(sent.json.from.emailAddress.address).toBe(ADA);
  });
});

describe('batches', () => {
  const get = (id: number, url = '/me/mailFolders/inbox?$select=id') => ({ id: `${id}`, method: 'GET', url });

  test('are answered in another order, four requests at once', async () => {
    const other = await startGraphFixture({ delay: 20 });
    const requests = Array.from({ length: 20 }, (_, index) => get(index));
    const { json } = await other.ask('POST', '/$batch', { body: { requests } });
    const ids = (json.responses as Part[]).map(({ id, status }) => `${id}:${status}`);
    const expected = requests.map(({ id }) => `${id}:200`);
    expect(ids).not.toEqual(expected);
    expect([...ids].sort()).toEqual([...expected].sort());
    expect(other.server).toMatchObject({ mostAtOnce: 4, requests: ['POST /v1.0/$batch'], problems: [] });
    expect(other.server.calls).toEqual(Array(20).fill('GET /mailFolders/{id}'));
    await other.stop();
  });

  test('are refused as a whole when they are malformed', async () => {
    const refused = async (...requests: unknown[]) => {
      const { status, json } = await batch(requests);
      return `${status} ${json.error?.message}`;
    };
    expect(await refused(...Array.from({ length: 21 }, (_, id) => get(id)))).toMatch(
      /400 .*maximum value of 20/,
    );
    expect(await refused(get(1), get(1))).toMatch(/400 .*unique/);
    expect(await refused(get(1, 'me/messages'))).toMatch(/400 .*url/);
    expect(await refused(get(1, `${graph.server.url}/v1.0/me/messages`))).toMatch(/400 .*url/);
    const post = { id: '1', method: 'POST', url: '/me/messages' };
    expect(await refused({ ...post, body: {} })).toMatch(/400 Write request id : 1/);
    expect(await refused({ ...post, headers: { 'Content-Type': 'application/json' } })).toMatch(/400 Write/);
    expect(graph.problems()).toHaveLength(6);
  });

  test('have headers of their own, and dependencies between requests', async () => {
    const id = await idOf('First', IMMUTABLE);
    const headers = { 'Content-Type': 'application/json' };
    const responses = await parts([
      { ...get(1, `/me/messages/${id}?$select=id`), headers: IMMUTABLE },
      get(2, `/me/messages/${id}?$select=id`),
      get(3, '/me/messages/x'),
      { ...get(4), dependsOn: ['3'] },
      { id: '5', method: 'POST', url: '/me/messages', headers, body: { subject: 'y' } },
      { ...get(6), dependsOn: ['5'] },
    ]);
    const of = (name: string) => responses.find((one) => one.id === name)!;
    expect(of('1').body.id).toBe(id);
    expect(of('2').body.id).not.toBe(id);
    expect(['3', '4', '5', '6'].map((name) => of(name).status)).toEqual([400, 424, 201, 200]);
  });

  test('can have single requests throttled', async () => {
    graph.server.batchFaults.push(undefined, { kind: 'throttled', retryAfter: 3, only: /childFolders/ });
    const responses = await parts([get(1), get(2), get(3, '/me/mailFolders/inbox/childFolders')]);
    const third = responses.find(({ id }) => id === '3');
    expect(third).toMatchObject({ status: 429, headers: { 'Retry-After': '3' } });
    expect(third!.body.error!.code).toBe('TooManyRequests');
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(2);
  });
});

test('more than four at once in one mailbox are too many', async () => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const other = await startGraphFixture({ delay: async () => await released });
  const all = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const answer = await other.ask('GET', '/me/mailFolders/inbox');
      // The one that is too many is answered first.
      release();
      return answer;
    }),
  );
  const refused = all.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({
    headers: { 'retry-after': '1' },
    json: { error: { code: 'ApplicationThrottled' } },
  });
  expect(other.problems()).toEqual([expect.stringContaining('MailboxConcurrency')]);
  expect(other.server.mostAtOnce).toBe(5);
  await other.stop();
});

test('requests that the reference does not have are refused and reported', async () => {
  expect((await graph.ask('GET', '/me/messages?top=5')).status).toBe(400);
  expect((await graph.ask('GET', '/me/mails')).status).toBe(400);
  expect((await graph.ask('PUT', '/me/messages/x', { body: {} })).status).toBe(405);
  expect((await graph.ask('GET', '/me/messages?$skiptoken=made-up')).status).toBe(400);
  expect((await graph.ask('GET', '/me/messages/delta')).status).toBe(501);
  expect(graph.problems()).toHaveLength(5);
});

test('faults can be set up by a test', async () => {
  const path = '/me/mailFolders/inbox';
  graph.server.faults.push(
    { kind: 'throttled', retryAfter: 7 },
    { kind: 'unavailable' },
    undefined,
    { kind: 'status', status: 502, body: 'bad' },
    { kind: 'rubbish', body: '{' },
  );
  const throttled = await graph.ask('GET', path);
  expect([throttled.status, throttled.headers['retry-after']]).toEqual([429, '7']);
  expect((await graph.ask('GET', path)).status).toBe(503);
  expect((await graph.ask('GET', path)).status).toBe(200);
  expect((await graph.ask('GET', path)).status).toBe(502);
  await expect(graph.ask('GET', path)).rejects.toThrow();
  for (const kind of ['drop', 'dropInBody'] as const) {
    graph.server.faults.push({ kind });
    await expect(graph.ask('GET', path)).rejects.toThrow();
  }
});

test('a mailbox can be shared with another server', async () => {
  const other = await startGraphFixture({ mailboxes: graph.server.mailbox, pageSize: 2 });
  const { json } = await other.ask('GET', '/me/mailFolders/inbox/messages?$top=1000', { headers: IMMUTABLE });
  expect(json.value).toHaveLength(2);
  const items = [...graph.server.mailbox(ADA).items.values()];
  expect(items.map((item) => messageIdOf(item, true))).toContain(json.value[0]!.id);
  expect(other.problems()).toEqual([]);
  await other.stop();
});

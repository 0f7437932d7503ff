import { Agent } from 'node:https';

import { XhrApi } from '@ewsjs/xhr';
import * as ews from 'ews-javascript-api';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { startEws, type EwsServer } from '../servers/exchange/ews';
import { waitFor } from '../servers/wait';
import { ADA, fillMailbox } from './mailbox';

let server: EwsServer;
let service: ews.ExchangeService;
let agent: Agent;
beforeAll(async () => {
  server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
  await fillMailbox(server.mailbox(ADA));
  agent = new Agent({ ca: server.ca, keepAlive: true });
  service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2016);
  service.Url = new ews.Uri(server.url);
  service.Credentials = new ews.WebCredentials('ada', 'secret');
  service.XHRApi = new XhrApi({ httpsAgent: agent });
});
afterAll(async () => {
  agent.destroy();
  await server.stop();
});

const { SearchFilter } = ews;
const INBOX = new ews.FolderId(ews.WellKnownFolderName.Inbox);
const TOP = new ews.FolderId(ews.WellKnownFolderName.MsgFolderRoot);
// The library takes a missing value, which its types do not.
const NONE = null as never;

const subjects = ({ Items }: ews.FindItemsResults<ews.Item>): string[] => Items.map(({ Subject }) => Subject);
const find = async (filter: ews.SearchFilter | string) =>
  typeof filter === 'string'
    ? await service.FindItems(INBOX, filter, new ews.ItemView(50))
    : await service.FindItems(INBOX, filter, new ews.ItemView(50));
const called = async (subject: string): Promise<ews.Item> => {
  const [item] = (await find(new SearchFilter.IsEqualTo(ews.ItemSchema.Subject, subject))).Items;
  return item!;
};
const bound = async (subject: string) => await ews.EmailMessage.Bind(service, (await called(subject)).Id);
const bob = (message: ews.EmailMessage) => void message.ToRecipients.Add('bob@example.test');
const stored = (path: string) => server.mailbox(ADA).itemsIn(server.mailbox(ADA).folderAt(path).id);
// The library writes texts into XML as they are, so that they have to be escaped for it.
const FIRST = 'Message 0 &amp; &lt;more&gt;';
const SECOND = 'Message 1 &amp; &lt;more&gt;';

it('lists folders, the root too', async () => {
  const deep = new ews.FolderView(100);
  deep.Traversal = ews.FolderTraversal.Deep;
  const { Folders } = await service.FindFolders(TOP, deep);
  expect(Folders.map(({ DisplayName }) => DisplayName)).toEqual(expect.arrayContaining(['Inbox', 'Archive']));
  expect((await ews.Folder.Bind(service, ews.WellKnownFolderName.Root)).DisplayName).toBe('Root');
});

it('finds folders by a filter', async () => {
  const filter = new SearchFilter.ContainsSubstring(ews.FolderSchema.DisplayName, 'Items');
  const { Folders } = await service.FindFolders(TOP, filter, new ews.FolderView(10));
  expect(Folders.map(({ DisplayName }) => DisplayName)).toEqual(['Sent Items', 'Deleted Items']);
});

it('creates a folder', async () => {
  const folder = new ews.Folder(service);
  folder.DisplayName = 'Done';
  await folder.Save(ews.WellKnownFolderName.MsgFolderRoot);
  expect(server.mailbox(ADA).folders.get(folder.Id.UniqueId)?.name).toBe('Done');
});

it('lists messages, and the other items that lie among them', async () => {
  const view = new ews.ItemView(20);
  view.OrderBy.Add(ews.ItemSchema.DateTimeReceived, ews.SortDirection.Descending);
  const { Items } = await service.FindItems(INBOX, view);
  // By type, which is its own doing.
  expect(Items.map((item) => `${item.constructor.name}: ${item.Subject}`)).toEqual([
    ...['Undeliverable', 'No receipt please', 'Receipt please', 'With a message'].map(
      (one) => `EmailMessage: ${one}`,
    ),
    ...[4, 3, 2, 1, 0].map((number) => `EmailMessage: Message ${number} & <more>`),
    ...['PostItem: A post', 'Task: A task', 'Appointment: An appointment', 'MeetingRequest: A meeting'],
  ]);
});

it('searches', async () => {
  const part = new SearchFilter.ContainsSubstring(ews.ItemSchema.Subject, 'Message 1');
  expect(subjects(await find(part))).toEqual(['Message 1 & <more>']);
  // All but the appointment and the task, which nobody reads.
  const unread = new SearchFilter.IsEqualTo(ews.EmailMessageSchema.IsRead, false);
  expect(subjects(await find(unread))).toHaveLength(11);
  expect(subjects(await find('subject:invoice OR subject:receipt'))).toEqual([
    ...['No receipt please', 'Receipt please'],
  ]);
});

it('reads a message and its MIME', async () => {
  const item = await called(FIRST);
  const all = new ews.PropertySet(ews.BasePropertySet.FirstClassProperties, [ews.ItemSchema.MimeContent]);
  all.RequestedBodyType = ews.BodyType.Text;
  const message = await ews.EmailMessage.Bind(service, item.Id, all);
  // White space at its ends is gone, which is its own doing.
  expect(message.Body.Text).toBe('Hello 0 – ü <b> & "q"');
  expect(message.From.Address).toBe('bob@example.test');
  const [{ mime } = { mime: undefined }] = stored('Inbox');
  expect(Buffer.from(message.MimeContent.Content, 'base64')).toEqual(mime);
});

it('reads a file, and an attached message', async () => {
  const file = (await bound(FIRST)).Attachments._getItem(0) as ews.FileAttachment;
  await file.Load();
  expect([file.Name, Buffer.from(file.Base64Content, 'base64').toString()]).toEqual(['a0.txt', 'file 0']);
  // Not by Load, which the library refuses for every attached item before it has asked for it.
  const { Id } = (await bound('With a message')).Attachments._getItem(0);
  const { Responses } = await service.GetAttachments([Id], ews.BodyType.Text, [ews.ItemSchema.MimeContent]);
  const { Item } = Responses[0]!.Attachment as ews.ItemAttachment;
  expect([Item.Subject, Item.Body.Text]).toEqual(['RE: Invoice 4711', 'inner']);
  const mime = Buffer.from(Item.MimeContent.Content, 'base64').toString();
  expect(mime).toContain('Subject: RE: Invoice 4711');
});

it('marks messages, and suppresses a read receipt only when asked to', async () => {
  const message = await bound(FIRST);
  message.IsRead = true;
  message.Categories.Add('Blue');
  await message.Update(ews.ConflictResolutionMode.AutoResolve);
  expect(stored('Inbox')[0]).toMatchObject({ isRead: true, categories: ['Blue'] });
  for (const [subject, isSuppressed] of [
    ['Receipt please', true],
    ['No receipt please', false],
  ] as const) {
    const asking = await bound(subject);
    asking.IsRead = true;
    await asking.Update(ews.ConflictResolutionMode.AlwaysOverwrite, isSuppressed);
  }
  expect(server.receipts).toEqual([{ from: ADA, to: 'bob@example.test', kind: 'read' }]);
});

it('copies and moves', async () => {
  const { Folders } = await service.FindFolders(TOP, new ews.FolderView(20));
  const done = Folders.find(({ DisplayName }) => DisplayName === 'Done')!.Id;
  const { Id } = await called(FIRST);
  expect((await service.CopyItems([Id], done)).OverallResult).toBe(ews.ServiceResult.Success);
  const moved = await service.MoveItems([Id], done);
  expect(moved.Responses[0]!.Item.Id.UniqueId).toBe(stored('Done')[1]!.id);
});

it('deletes, and learns which messages could not be deleted', async () => {
  const { Id } = await called('With a message');
  const { HardDelete } = ews.DeleteMode;
  const results = await service.DeleteItems([Id, new ews.ItemId('AAAA')], HardDelete, NONE, NONE);
  expect(results.Responses.map(({ ErrorCode }) => ews.ServiceError[ErrorCode])).toEqual([
    ...['NoError', 'ErrorItemNotFound'],
  ]);
});

it('deletes a task and an appointment only when it says what happens to recurrences and invitations', async () => {
  const ids = [(await called('A task')).Id, (await called('An appointment')).Id];
  const { HardDelete } = ews.DeleteMode;
  const refused = await service.DeleteItems(ids, HardDelete, NONE, NONE);
  expect(refused.Responses.map(({ ErrorCode }) => ews.ServiceError[ErrorCode])).toEqual([
    ...['ErrorAffectedTaskOccurrencesRequired', 'ErrorSendMeetingCancellationsRequired'],
  ]);
  const [cancel, occurrences] = [
    ews.SendCancellationsMode.SendToNone,
    ews.AffectedTaskOccurrence.AllOccurrences,
  ];
  const done = await service.DeleteItems(ids, HardDelete, cancel, occurrences);
  expect(done.OverallResult).toBe(ews.ServiceResult.Success);
});

it('sends from fields, from MIME, and as a reply', async () => {
  const written = new ews.EmailMessage(service);
  written.Subject = 'hi';
  written.Body = new ews.MessageBody(ews.BodyType.HTML, '&lt;b&gt;x&lt;/b&gt;');
  bob(written);
  written.Attachments.AddFileAttachment('a.txt', Buffer.from('one').toString('base64'));
  await written.SendAndSaveCopy();
  const whole = new ews.EmailMessage(service);
  const mime = 'From: ada@example.test\r\nTo: bob@example.test\r\nSubject: as it is\r\n\r\nhi';
  whole.MimeContent = new ews.MimeContent('UTF-8', Buffer.from(mime).toString('base64'));
  await whole.Send();
  const asked = await bound(SECOND);
  await asked.Reply(new ews.MessageBody(ews.BodyType.Text, 'answer'), false);
  await asked.Forward(new ews.MessageBody(ews.BodyType.Text, 'look'), [
    new ews.EmailAddress('carol@example.test'),
  ]);
  const sent = await Promise.all(server.sent.map(async ({ raw }) => await PostalMime.parse(raw)));
  expect(sent.map(({ subject, attachments }) => [subject, attachments.length])).toEqual([
    ...[
      // The library gives a file twice: with the item, and once more by itself.
      ['hi', 2],
      ['as it is', 0],
      ['RE: Message 1 & <more>', 0],
      ['FW: Message 1 & <more>', 1],
    ],
  ]);
  expect(sent[0]!.html?.trim()).toBe('<b>x</b>');
});

it('synchronizes items and folders', async () => {
  const scope = ews.SyncFolderItemsScope.NormalItems;
  const sync = async (state: string) =>
    await service.SyncFolderItems(INBOX, ews.PropertySet.IdOnly, [], 512, scope, state);
  const all = await sync(NONE);
  expect(all.Count).toBe(stored('Inbox').length);
  const message = await bound(SECOND);
  message.IsRead = true;
  await message.Update(ews.ConflictResolutionMode.AutoResolve);
  const later = await sync(all.SyncState);
  expect(later.Count).toBe(1);
  const folders = await service.SyncFolderHierarchy(TOP, ews.PropertySet.IdOnly, NONE);
  expect(folders.Count).toBe(13);
});

it('resolves a name and converts an id', async () => {
  const names = await service.ResolveName('ada');
  expect([names.Count, names._getItem(0).Mailbox.Address]).toEqual([1, ADA]);
  const { UniqueId } = (await called(SECOND)).Id;
  const id = new ews.AlternateId(ews.IdFormat.EwsId, UniqueId, ADA);
  expect((await service.ConvertId(id, ews.IdFormat.OwaId)).Format).toBe(ews.IdFormat.OwaId);
});

const newMail = async () =>
  await server
    .mailbox(ADA)
    .deliver('Inbox', [Buffer.from('From: bob@example.test\r\nSubject: news\r\n\r\nx')]);

it('pulls events', async () => {
  const { NewMail, Deleted } = ews.EventType;
  const subscription = await service.SubscribeToPullNotifications([INBOX], 5, NONE, NewMail, Deleted);
  await newMail();
  const events = await subscription.GetEvents();
  expect(events.AllEvents.map(({ EventType }) => ews.EventType[EventType])).toEqual(['NewMail']);
  await subscription.Unsubscribe();
});

it('receives events as they happen', async () => {
  const subscription = await service.SubscribeToStreamingNotifications([INBOX], ews.EventType.NewMail);
  const connection = new ews.StreamingSubscriptionConnection(service, 1);
  connection.AddSubscription(subscription);
  const told: string[] = [];
  connection.OnNotificationEvent.push((_, { Events }) => {
    for (const { EventType } of Events) told.push(ews.EventType[EventType]!);
  });
  void connection.Open();
  await waitFor('the stream', () => server.operations.at(-1) === 'GetStreamingEvents');
  await newMail();
  await waitFor('the event', () => told.length > 0);
  connection.Close();
  expect(told).toEqual(['NewMail']);
});

it('sends requests and gets replies that match the schema', () => {
  expect(server.problems).toEqual([]);
});

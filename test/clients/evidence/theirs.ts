import { Agent } from 'node:https';

import { XhrApi } from '@ewsjs/xhr';
import * as ews from 'ews-javascript-api';

/** The URL of a server, and the certificate of its authority (PEM). */
export interface Place {
  url: string;
  ca: string;
}

// The library takes a missing value, which its types do not.
const NONE = null as never;
const INBOX = new ews.FolderId(ews.WellKnownFolderName.Inbox);

function serviceAt({ url, ca }: Place): ews.ExchangeService {
  const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2016);
  service.Url = new ews.Uri(url);
  service.Credentials = new ews.WebCredentials('ada', 'secret');
  service.XHRApi = new XhrApi({ httpsAgent: new Agent({ ca, keepAlive: true }) });
  return service;
}

const newestFirst = (count: number, shape?: ews.PropertySet): ews.ItemView => {
  const view = new ews.ItemView(count);
  view.OrderBy.Add(ews.ItemSchema.DateTimeReceived, ews.SortDirection.Descending);
  if (shape) view.PropertySet = shape;
  return view;
};

const first = async (service: ews.ExchangeService): Promise<ews.Item> => {
  const { Items } = await service.FindItems(INBOX, newestFirst(1));
  return Items[0]!;
};

async function ntlm(place: Place): Promise<string> {
  const service = serviceAt(place);
  // It takes no authority of ours for NTLM.
  service.XHRApi = new XhrApi({ rejectUnauthorized: false }).useNtlmAuthentication('ada', 'secret');
  return (await ews.Folder.Bind(service, ews.WellKnownFolderName.Inbox)).DisplayName;
}

/** What ews-javascript-api does at each point. */
export const THEIRS: Readonly<Record<string, (place: Place) => Promise<unknown>>> = {
  folderName: async (place) => {
    const folder = new ews.Folder(serviceAt(place));
    folder.DisplayName = 'Injected A</t:DisplayName></t:Folder><t:Folder><t:DisplayName>Injected B';
    await folder.Save(ews.WellKnownFolderName.MsgFolderRoot);
    return 'saved';
  },
  itemId: async (place) => {
    const service = serviceAt(place);
    const { Items } = await service.FindItems(INBOX, newestFirst(2));
    const [one, two] = Items.map(({ Id }) => Id.UniqueId);
    const id = new ews.ItemId(`${one}"/><t:ItemId Id="${two}`);
    await service.DeleteItems([id], ews.DeleteMode.HardDelete, NONE, NONE);
    return 'deleted';
  },
  ampersand: async (place) => {
    const filter = new ews.SearchFilter.IsEqualTo(ews.ItemSchema.Subject, 'R&D');
    return (await serviceAt(place).FindItems(INBOX, filter, newestFirst(10))).Items.length;
  },
  empty500: async (place) => await ews.Folder.Bind(serviceAt(place), ews.WellKnownFolderName.Inbox),
  extended: async (place) => {
    const service = serviceAt(place);
    const item = await first(service);
    const property = new ews.ExtendedPropertyDefinition(0x0e08, ews.MapiPropertyType.Integer);
    await service.LoadPropertiesForItems([item], new ews.PropertySet(ews.BasePropertySet.IdOnly, [property]));
    return 'read';
  },
  order: async (place) =>
    (await serviceAt(place).FindItems(INBOX, newestFirst(10))).Items.map(({ Subject }) => Subject),
  whiteSpace: async (place) => {
    const service = serviceAt(place);
    const shape = new ews.PropertySet(ews.BasePropertySet.IdOnly, [ews.ItemSchema.Body]);
    shape.RequestedBodyType = ews.BodyType.Text;
    return (await ews.EmailMessage.Bind(service, (await first(service)).Id, shape)).Body.Text;
  },
  ntlm,
  ntlmUnbound: ntlm,
  attachment: async (place) => {
    const message = new ews.EmailMessage(serviceAt(place));
    message.Subject = 's';
    message.Body = new ews.MessageBody(ews.BodyType.Text, 'x');
    message.ToRecipients.Add('bob@example.test');
    message.Attachments.AddFileAttachment('a.txt', Buffer.from('one').toString('base64'));
    await message.SendAndSaveCopy();
    return 'sent';
  },
  attached: async (place) => {
    const service = serviceAt(place);
    const shape = new ews.PropertySet(ews.BasePropertySet.IdOnly, [ews.ItemSchema.Attachments]);
    const message = await ews.EmailMessage.Bind(service, (await first(service)).Id, shape);
    const attached = message.Attachments._getItem(0) as ews.ItemAttachment;
    await attached.Load();
    return attached.Item.Subject;
  },
  thousand: async (place) => {
    const service = serviceAt(place);
    const { Items } = await service.FindItems(
      INBOX,
      newestFirst(1000, new ews.PropertySet(ews.BasePropertySet.IdOnly)),
    );
    const shape = new ews.PropertySet(ews.BasePropertySet.IdOnly, [
      ...[ews.ItemSchema.Subject, ews.ItemSchema.DateTimeReceived, ews.ItemSchema.Size],
      ...[ews.ItemSchema.Attachments, ews.ItemSchema.Categories, ews.EmailMessageSchema.From],
      ...[ews.EmailMessageSchema.ToRecipients, ews.EmailMessageSchema.CcRecipients],
      ...[ews.EmailMessageSchema.IsRead, ews.EmailMessageSchema.InternetMessageId],
    ]);
    for (let start = 0; start < Items.length; start += 250) {
      await service.LoadPropertiesForItems(Items.slice(start, start + 250), shape);
    }
    return Items.map(({ Subject }) => Subject).length;
  },
};

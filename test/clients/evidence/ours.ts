import { buffer } from 'node:stream/consumers';

import PostalMime from 'postal-mime';

import { EwsClient } from '../../../mail/ews/client';
import { ewsSettings } from '../../contract/ews-lab';
import type { EwsServer } from '../../servers/exchange/ews';
import type { Place } from './theirs';

const open = async (place: Place, mechanism: 'basic' | 'ntlm' = 'basic') =>
  await EwsClient.open(ewsSettings(place as EwsServer, mechanism));

const using = <T>(work: (client: EwsClient) => Promise<T>, mechanism?: 'ntlm') => {
  return async (place: Place): Promise<T> => {
    const client = await open(place, mechanism);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  };
};

const list = async (client: EwsClient, content: boolean, limit: number) =>
  await client.listMessages('INBOX', {}, { content }, limit);

/** What our own client does at each point. */
export const OURS: Readonly<Record<string, (place: Place) => Promise<unknown>>> = {
  // A slash would make a folder within a folder.
  folderName: using(async (client) => await client.createFolder('Injected A <t:DisplayName> & "B"')),
  itemId: using(async (client) => {
    const [one, two] = await client.findMessages('INBOX', {}, 2);
    const outcomes = await client.deleteMessages([`${one}"/><t:ItemId Id="${two}`], { permanently: true });
    const [outcome] = outcomes.values();
    if (outcome instanceof Error) throw outcome;
    return 'deleted';
  }),
  ampersand: using(async (client) => (await client.findMessages('INBOX', { subject: ['R&D'] }, 10)).length),
  // The first request of a client opens it.
  empty500: using(async (client) => await client.listFolders({ counts: false })),
  extended: using(async (client) => (await list(client, false, 1)).length),
  order: using(async (client) => (await list(client, false, 10)).map(({ subject }) => subject)),
  whiteSpace: using(async (client) => (await list(client, true, 1))[0]?.content?.text),
  ntlm: using(async (client) => await client.check(), 'ntlm'),
  ntlmUnbound: using(async (client) => await client.check(), 'ntlm'),
  attachment: using(
    async (client) =>
      await client.send(
        {
          ...{ from: 'ada@example.test', to: 'bob@example.test', subject: 's', text: 'x' },
          attachments: [{ fileName: 'a.txt', mimeType: 'text/plain', content: Buffer.from('one') }],
        },
        { saveToSent: 'automatic' },
      ),
  ),
  attached: using(async (client) => {
    const [message] = await list(client, false, 1);
    const { content } = await client.openAttachment(message!.id, message!.attachments[0]!.part);
    return (await PostalMime.parse(await buffer(content))).subject;
  }),
  thousand: using(async (client) => (await list(client, false, 1000)).length),
};

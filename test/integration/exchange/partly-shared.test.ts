// A mailbox of which only some folders are shared: the folder that contains them all is not shown.
// exchangelib 548, 1282 and 795: the inbox can be read, and everything else fails.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { EwsClient } from '../../../mail/ews/client';
import { GraphClient } from '../../../mail/graph/client';
import type { MailClient } from '../../../mail/model/client';
import { ewsSettings } from '../../contract/ews-lab';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph } from '../../contract/graph-lab';
import { startEws, type EwsServer } from '../../servers/exchange/ews';
import type { GraphServer } from '../../servers/graph/graph';
import { mail } from '../../servers/mime';

const PLACES = ['Inbox', 'Inbox/Within', 'Sent Items', 'Private'];
const deliver = async ({ mailbox }: EwsServer | GraphServer) => {
  for (const folder of PLACES) await mailbox(ADA).deliver(folder, [{ mime: mail({ subject: folder }) }]);
};
const CODES = ['ErrorAccessDenied', 'ErrorFolderNotFound', 'ErrorItemNotFound'];

/** What can be read of the mailbox. */
const read = async (client: MailClient) => {
  const list = async (folder: string) =>
    (await client.listMessages(folder, {}, { content: false }, 5)).map((one) => [one.subject, one.folder]);
  const found = [...(await list('INBOX')), ...(await list('INBOX/Within')), ...(await list('\\Sent'))];
  await expect(list('Private')).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
  return found;
};
const SHOWN = [
  ['Inbox', 'INBOX'],
  ['Inbox/Within', 'INBOX/Within'],
  ['Sent Items', 'Sent Items'],
];

describe('over EWS', () => {
  let server: EwsServer;
  beforeAll(async () => {
    server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
    await deliver(server);
  });
  afterAll(async () => {
    await server.stop();
    expect(server.problems).toEqual([]);
  });
  /** Refuses each list of all folders. */
  const hideRoot = (code: string) => {
    const refuse = () => {
      if (server.operations.at(-1) === 'GetFolder') server.faults.push({ kind: 'within', code });
      server.meanwhile.push(refuse);
    };
    server.operations.length = server.faults.length = server.meanwhile.length = 0;
    server.meanwhile.push(refuse);
  };

  it.each(CODES)('the folders that are shown can be read (%s)', async (code) => {
    const client = await EwsClient.open(ewsSettings(server));
    hideRoot(code);
    expect(await read(client)).toEqual(SHOWN);
    server.meanwhile.length = 0;
    await client.close();
  });

  it('is an error if nothing is shown, or if the list fails for another reason', async () => {
    const client = await EwsClient.open(ewsSettings(server));
    const inNothing = { kind: 'within', code: 'ErrorFolderNotFound' } as const;
    server.faults.push(inNothing, inNothing);
    await expect(client.listFolders({ counts: false })).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
    hideRoot('ErrorInternalServerError');
    await expect(client.listFolders({ counts: false })).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    server.meanwhile.length = 0;
    await client.close();
  });
});

describe('over Graph', () => {
  let server: GraphServer;
  beforeAll(async () => {
    server = await startAdasGraph();
    await deliver(server);
  });
  afterAll(async () => {
    await server.stop();
    expect(server.problems).toEqual([]);
  });
  const hideRoot = (code: string, status: number) => {
    const refuse = () => {
      if (server.requests.at(-1) === 'GET /v1.0/me/mailFolders')
        server.faults.push({ kind: 'error', status, code });
      server.meanwhile.push(refuse);
    };
    server.faults.length = server.meanwhile.length = 0;
    server.meanwhile.push(refuse);
  };

  it.each(CODES)('the folders that are shown can be read (%s)', async (code) => {
    const client = await GraphClient.open(graphSettings(server));
    hideRoot(code, code === 'ErrorAccessDenied' ? 403 : 404);
    expect(await read(client)).toEqual(SHOWN);
    server.meanwhile.length = 0;
    await client.close();
  });

  it('a folder within that is not shown is left out, and another failure is an error', async () => {
    const client = await GraphClient.open(graphSettings(server));
    hideRoot('ErrorAccessDenied', 403);
    server.batchFaults.push({ kind: 'error', status: 403, code: 'ErrorAccessDenied', only: /childFolders/ });
    const paths = (await client.listFolders({ counts: false })).map(({ path }) => path);
    expect(paths).toContain('INBOX');
    expect(paths).not.toContain('INBOX/Within');
    hideRoot('ErrorInternalServerError', 500);
    await expect(client.listFolders({ counts: false })).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    server.meanwhile.length = 0;
    await client.close();
  });
});

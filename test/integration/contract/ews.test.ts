import { describe, expect, it } from 'vitest';

import { tellsWhatArrived } from '../../contract/arriving';
import { changesMail } from '../../contract/changing';
import { startEwsLab } from '../../contract/ews-lab';
import { MAIL } from '../../contract/messages';
import { readsMail } from '../../contract/reading';
import { givesThreads } from '../../contract/threads';
import { searchesFolders } from '../../contract/searching';

describe('EWS', () => {
  readsMail(() => startEwsLab(), { flags: true, structure: true });
  changesMail(() => startEwsLab('ntlm'), { keywords: true, newIds: true });
  tellsWhatArrived(() => startEwsLab(), { folders: true });
  givesThreads(() => startEwsLab(), { folders: true, usualOnly: false, requests: [4, 3] });
  searchesFolders(() => startEwsLab());
});

describe('EWS of an old server', () => {
  readsMail(() => startEwsLab('ntlm', 'Exchange2010_SP2'), { flags: true, structure: true, previews: false });
  changesMail(() => startEwsLab('basic', 'Exchange2010_SP2'), { keywords: true, newIds: true });
});

describe('EWS of Exchange 2007', () => {
  readsMail(() => startEwsLab('ntlm', 'Exchange2007_SP1'), { flags: true, structure: true, previews: false });
  changesMail(() => startEwsLab('ntlm', 'Exchange2007_SP1'), { keywords: true, newIds: true });
  tellsWhatArrived(() => startEwsLab('ntlm', 'Exchange2007_SP1'), { folders: true });
  searchesFolders(() => startEwsLab('ntlm', 'Exchange2007_SP1'));
});

describe.each([
  ['Exchange2010_SP2', /^[\w+/]+=*$/],
  ['Exchange2007_SP1', /^<plain@example\.test>$/],
] as const)('the threads of %s', (version, form) => {
  it('are named in the messages, and Get Thread is refused by name', async () => {
    const lab = await startEwsLab('basic', version);
    try {
      await lab.deliver(lab.inbox, MAIL);
      const client = await lab.open();
      const messages = await client.listMessages(lab.inbox, {}, { content: false }, 10);
      const threads = new Map(messages.map(({ messageId, threadId }) => [messageId, threadId]));
      expect(threads.get('<plain@example.test>')).toMatch(form);
      expect(threads.get('<umlauts@example.test>')).toBe(threads.get('<plain@example.test>'));
      const options = { wanted: { content: false }, limit: 10 };
      await expect(client.threadMessages({ id: messages[0]!.id }, options)).rejects.toMatchObject({
        ...{ code: 'NOT_SUPPORTED', message: expect.stringContaining('Exchange before 2013') as string },
      });
      await client.close();
    } finally {
      await lab.stop();
    }
  });
});

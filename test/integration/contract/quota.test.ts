import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { startDovecotLab } from '../../contract/dovecot-lab';
import { startEwsLab } from '../../contract/ews-lab';
import { startGraphLab } from '../../contract/graph-lab';
import type { MailLab } from '../../contract/lab';
import { mail } from '../../servers/mailbox';

const MB = 1024 * 1024;

/** A user's own limit, and another one for all: each of them is the nearer one for something. */
const QUOTA = `
mail_plugins = $mail_plugins quota
protocol imap {
  mail_plugins = $mail_plugins imap_quota
}
plugin {
  quota_vsizes = yes
  quota = count:User quota
  quota_rule = *:storage=10M:messages=100
  quota2 = count:Everybody
  quota2_rule = *:storage=1G:messages=5
}`;

async function withClient(
  start: Promise<MailLab>,
  work: (client: MailClient, lab: MailLab) => Promise<void>,
) {
  const lab = await start;
  try {
    const client = await lab.open();
    await work(client, lab).finally(async () => await client.close());
  } finally {
    await lab.stop();
  }
}

describe('the quota over IMAP', () => {
  let lab: MailLab;
  let client: MailClient;
  beforeAll(async () => {
    lab = await startDovecotLab('imap', { extraConfig: QUOTA });
    await lab.deliver(lab.inbox, [{ raw: mail({ text: 'x'.repeat(2 * MB) }) }, { raw: mail() }]);
    client = await lab.open();
  });
  afterAll(async () => {
    await client?.close();
    await lab?.stop();
  });

  it('gives the usage of each kind, with the limit that is reached first', async () => {
    const { storage, messages } = await client.getQuota(lab.inbox);
    expect(storage?.limit).toBe(10 * MB);
    expect(storage?.used).toBeGreaterThan(2 * MB);
    expect(storage?.used).toBeLessThan(3 * MB);
    expect(messages).toEqual({ used: 2, limit: 5 });
    expect(await client.getQuota('\\Trash')).toEqual({ storage, messages });
  });

  it('is given for a folder that does not exist yet, but not for a use that no folder has', async () => {
    expect((await client.getQuota('Not yet')).messages).toEqual({ used: 2, limit: 5 });
    await expect(client.getQuota('\\All')).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
  });
});

it('has no limits when the server sets none', async () => {
  const extraConfig = QUOTA.replace(/ {2}quota_rule.*\n/, '').replace(/ {2}quota2.*\n/g, '');
  await withClient(startDovecotLab('imap', { extraConfig }), async (client, { inbox }) => {
    expect(await client.getQuota(inbox)).toEqual({});
  });
});

it.each<[name: string, start: () => Promise<MailLab>, message: RegExp, remedy: RegExp]>([
  [
    'IMAP without QUOTA',
    () => startDovecotLab('imap'),
    /^localhost cannot say how full .* QUOTA$/,
    /administrator/,
  ],
  ['POP3', () => startDovecotLab('pop3'), /^POP3 cannot say how full the mailbox/, /"IMAP"/],
  ['EWS', () => startEwsLab(), /^EWS cannot say how full the mailbox/, /"IMAP"/],
  ['Graph', () => startGraphLab(), /^Microsoft Graph cannot say how full the mailbox/, /"IMAP"/],
])('is refused with a clear error over %s', async (_, start, message, description) => {
  await withClient(start(), async (client, { inbox }) => {
    await expect(client.getQuota(inbox)).rejects.toMatchObject({
      ...{ code: 'NOT_SUPPORTED', message: expect.stringMatching(message) as string },
      description: expect.stringMatching(description) as string,
    });
  });
});

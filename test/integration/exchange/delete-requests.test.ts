import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import type { CountedClient } from '../../../mail/model/counted-client';
import type { MailClient } from '../../../mail/model/client';
import { startEwsLab } from '../../contract/ews-lab';
import { startGraphLab } from '../../contract/graph-lab';
import { mail } from '../../servers/mime';

// To move to the trash what is not in it, and to delete the rest for good, without asking for each message.

describe.each([
  ['EWS', startEwsLab, 250],
  ['Graph', async () => await startGraphLab(), 20],
] as const)('deleting many messages over %s', (_, start, batch) => {
  let lab: Awaited<ReturnType<typeof start>>;
  let client: MailClient & CountedClient;
  beforeAll(async () => {
    lab = await start();
    client = (await lab.open()) as MailClient & CountedClient;
  });
  afterAll(async () => {
    await client?.close();
    await lab?.stop();
  });

  const raws = (count: number) =>
    Array.from({ length: count }, (_one, i) => ({ raw: mail({ subject: `${i}` }) }));
  const idsIn = async (folder: string) => await client.findMessages(folder, {}, Infinity);

  async function remove(ids: readonly string[]) {
    await client.getFolder('\\Trash');
    const before = client.traffic.requests;
    const outcomes = await client.deleteMessages(ids, { permanently: false });
    return { outcomes, requests: client.traffic.requests - before };
  }

  it('looks into the trash once, whatever their number', async () => {
    const count = 2 * batch + 5;
    await lab.deliver('Many', raws(count));
    await lab.deliver('Deleted Items', raws(3));
    const old = await idsIn('\\Trash');
    const fresh = await idsIn('Many');
    const gone = fresh.pop()!;
    await client.deleteMessages([gone], { permanently: true });
    const { outcomes, requests } = await remove([...old, ...fresh, gone]);
    // One looks, three move, and one deletes for good.
    expect(requests).toBe(5);
    expect(old.map((id) => outcomes.get(id))).toEqual(old.map(() => ({})));
    expect(outcomes.get(gone)).toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    for (const id of fresh) expect(outcomes.get(id)).toMatchObject({ folder: 'Deleted Items' });
    expect(await idsIn('\\Trash')).toHaveLength(fresh.length);
  });

  it('asks for the folder of each, if the trash has many more', async () => {
    await lab.deliver('Some', raws(batch + 1));
    await lab.deliver('Deleted Items', raws(1000));
    const { requests } = await remove(await idsIn('Some'));
    expect(requests).toBe(4);
  });

  it('asks for the folder of a few', async () => {
    await lab.deliver('Few', raws(2));
    const { outcomes, requests } = await remove(await idsIn('Few'));
    expect(requests).toBe(2);
    expect([...outcomes.values()].map((one) => isMailError(one))).toEqual([false, false]);
  });
});

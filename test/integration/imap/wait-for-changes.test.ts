import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { sleep } from '../../servers/wait';
import { startImapLab, without, type ImapLab } from './lab';

describe.each([
  ['that tells of new mail', {}, 1500],
  ['that has to be asked', without('IDLE'), 13_000],
])('waiting for news from a server %s', (_, options, patience) => {
  let lab: ImapLab;
  let waiter: MailClient;

  beforeEach(async () => {
    lab = await startImapLab(options);
    waiter = await lab.open();
    await lab.fill('Box', ['old']);
  });
  afterEach(async () => {
    await waiter.close();
    await lab.stop();
  });

  const state = async () => await waiter.waitForChanges('Box', undefined, { timeout: 0 });

  it('notices new messages, and still works afterwards', async () => {
    const before = await state();
    const started = Date.now();
    const waiting = waiter.waitForChanges('Box', before, { timeout: 25_000 });
    await sleep(300);
    await lab.fill('Box', ['new']);
    expect(await waiting).not.toBe(before);
    expect(Date.now() - started).toBeLessThan(patience);
    const [newest] = await waiter.listMessages('Box', {}, { content: false }, 1);
    expect(newest?.subject).toBe('new');
  });

  it('notices messages that arrived between two waits, and ignores deletions', async () => {
    const before = await state();
    const [id = ''] = await lab.fill('Box', ['between']);
    const after = await waiter.waitForChanges('Box', before, { timeout: 10_000 });
    expect(after).not.toBe(before);
    const waiting = waiter.waitForChanges('Box', after, { timeout: 1000 });
    await lab.witness.deleteMessages([id], { permanently: true });
    expect(await waiting).toBe(after);
  });

  it('ends when it is cancelled, and the connection still works', async () => {
    const before = await state();
    const stop = new AbortController();
    const waiting = waiter.waitForChanges('Box', before, { timeout: 25_000, signal: stop.signal });
    await sleep(200);
    stop.abort();
    expect(await waiting).toBe(before);
    expect(await waiter.waitForChanges('Box', before, { timeout: 25_000, signal: stop.signal })).toBe(before);
    expect(await waiter.findMessages('Box', {}, 10)).toHaveLength(1);
  });

  it('waits longer than the command timeout, and notices when the connection is cut', async () => {
    const quick = await lab.open(undefined, { command: 300 });
    const before = await quick.waitForChanges('Box', undefined, { timeout: 0 });
    expect(await quick.waitForChanges('Box', before, { timeout: 1000 })).toBe(before);
    const waiting = quick.waitForChanges('Box', before, { timeout: 25_000 });
    await sleep(200);
    lab.wire.dropAll();
    await expect(waiting).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

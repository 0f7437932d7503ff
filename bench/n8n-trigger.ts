import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { INodeType } from 'n8n-workflow';

import { chain, node } from '../test/servers/workflow';
import { WAITING } from './bulk-mail';
import type { WorkName } from './bulk-works';
import { Engine } from './engine';
import type { Account } from './lab';

const TYPE = 'n8n-nodes-base.emailReadImap';
const VERSION = 2.2;

/**
 * n8n's own trigger Email Trigger (IMAP), which lists new messages and marks them as read. It cannot do other work. It is
 * started as after a restart of n8n, with messages that have arrived in the meantime.
 */
export function triggerRunner({ host, port, user, password }: Account, n8nDir: string) {
  const engine = new Engine(n8nDir, { [TYPE]: triggerNode(n8nDir) });
  const credential = { host, port, user, password, secure: true, allowUnauthorizedCerts: true };
  return async (name: WorkName, folder: string): Promise<number | undefined> => {
    if (name !== 'arrived') return undefined;
    const trigger = node(
      'Trigger',
      TYPE,
      { mailbox: folder },
      { typeVersion: VERSION, credentials: { imap: { id: '1', name: 'Mail' } } },
    );
    let count = 0;
    let isDone = () => {};
    const done = new Promise<void>((resolve) => (isDone = resolve));
    // It skips the message with this UID, and all before it.
    const before = { lastMessageUid: 1 };
    const stop = await engine.startTrigger(chain('trigger', [trigger]), credential, before, (items) => {
      count += items.length;
      if (count >= WAITING - 1) isDone();
    });
    await done;
    await stop();
    return count;
  };
}

function triggerNode(n8nDir: string): INodeType {
  const { EmailReadImap } = createRequire(join(n8nDir, 'package.json'))(
    'n8n-nodes-base/dist/nodes/EmailReadImap/EmailReadImap.node.js',
  ) as { EmailReadImap: new () => { getNodeType(version: number): INodeType } };
  return new EmailReadImap().getNodeType(VERSION);
}

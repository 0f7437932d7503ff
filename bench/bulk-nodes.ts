import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { ICredentialDataDecryptedObject, INodeExecutionData, INodeType } from 'n8n-workflow';

import { EmailConnect } from '../nodes/EmailConnect/EmailConnect.node';
import { EmailDisconnect } from '../nodes/EmailDisconnect/EmailDisconnect.node';
import { EmailMailbox } from '../nodes/EmailMailbox/EmailMailbox.node';
import { chain, node, type Workflow, type WorkflowNode } from '../test/servers/workflow';
import type { WorkName } from './bulk-works';
import { Engine } from './engine';
import type { Account } from './lab';

const OURS = 'n8n-nodes-email-session';
const PEER = 'n8n-nodes-imap.imap';

const once = (each: WorkflowNode) => ({ ...each, executeOnce: true });

/** The work as a builder does it with our nodes. Work whose data n8n keeps in memory anyway is left out. */
const OUR_STEPS: Partial<Record<WorkName, (folder: string) => object[]>> = {
  envelopes: () => [{ folder: 'Envelopes', returnAll: true }],
  texts: () => [{ folder: 'Texts', returnAll: true, options: { includeBody: true } }],
  files: () => [
    { folder: 'Files', returnAll: true },
    { resource: 'attachment', operation: 'download' },
  ],
  move: (folder) => [
    { folder, returnAll: true },
    { operation: 'move', destination: 'Moved' },
  ],
  mark: (folder) => [
    { folder, returnAll: true },
    { operation: 'mark', readState: 'yes' },
  ],
  newest: () => [{ folder: 'Huge', limit: 50 }],
  arrived: (folder) => [
    { folder, limit: 500, filters: { readState: 'unread' }, options: { includeBody: true } },
    { operation: 'mark', readState: 'yes' },
  ],
  warmUp: () => [{ folder: 'WarmUp', options: { includeBody: true } }],
};

/** The same with the peer's node, as its descriptions say. */
const PEER_STEPS: typeof OUR_STEPS = {
  envelopes: () => [{ mailboxPath: peerFolder('Envelopes'), limit: 10_000 }],
  texts: () => [{ mailboxPath: peerFolder('Texts'), limit: 1000, includeParts: ['textContent'] }],
  files: () => [
    { mailboxPath: peerFolder('Files'), limit: 200 },
    {
      operation: 'downloadAttachment',
      mailboxPath: peerFolder('Files'),
      emailUid: '={{ $json.uid }}',
      allAttachments: true,
    },
  ],
  move: (folder) => [
    { mailboxPath: peerFolder(folder), limit: 1000 },
    {
      ...{ operation: 'moveEmail', sourceMailbox: peerFolder(folder), emailUid: '={{ $json.uid }}' },
      destinationMailbox: peerFolder('Moved'),
    },
  ],
  mark: (folder) => [
    { mailboxPath: peerFolder(folder), limit: 1000 },
    {
      ...{ operation: 'setEmailFlags', mailboxPath: peerFolder(folder), emailUid: '={{ $json.uid }}' },
      flags: { '\\Seen': true },
    },
  ],
  newest: () => [{ mailboxPath: peerFolder('Huge'), limit: 50 }],
  arrived: (folder) => [
    {
      mailboxPath: peerFolder(folder),
      limit: 500,
      emailFlags: { seen: false },
      includeParts: ['textContent'],
    },
    {
      ...{ operation: 'setEmailFlags', mailboxPath: peerFolder(folder), emailUid: '={{ $json.uid }}' },
      flags: { '\\Seen': true },
    },
  ],
  warmUp: () => [{ mailboxPath: peerFolder('WarmUp'), limit: 50, includeParts: ['textContent'] }],
};

/** For a builder who knows that the peer's node takes several UIDs, joined with commas. */
const JOINED = { emailUid: "={{ $input.all().map((item) => item.json.uid).join(',') }}" };
const CAN_JOIN: readonly WorkName[] = ['move', 'mark', 'warmUp'];

const peerFolder = (value: string) => ({ __rl: true, mode: 'path', value });

function ourWorkflow(steps: object[]): Workflow {
  const connect = node(
    'Connect',
    `${OURS}.emailConnect`,
    { options: { keepConnectionFor: 0 } },
    { credentials: { emailServerBasicApi: { id: '1', name: 'Mail' } } },
  );
  const mailbox = steps.map((parameters, i) =>
    node(`Step ${i}`, `${OURS}.emailMailbox`, { resource: 'message', operation: 'getMany', ...parameters }),
  );
  return chain('ours', [once(connect), ...mailbox]);
}

const peerWorkflow = (steps: object[], joined = false): Workflow =>
  chain(
    'peer',
    steps.map((parameters, i) => {
      const isJoined = joined && i > 0;
      const step = node(
        `Step ${i}`,
        PEER,
        { resource: 'email', operation: 'getEmailsList', ...parameters, ...(isJoined && JOINED) },
        { credentials: { imapApi: { id: '1', name: 'Mail' } } },
      );
      return isJoined ? once(step) : step;
    }),
  );

export interface NodeDirs {
  n8nDir: string;
  /** If it is the peer's node that works. */
  peerDir?: string;
  /** Whether its UIDs are joined. */
  joined?: boolean;
}

/**
 * Loads n8n's engine. Then each work answers how many items the last node gives; undefined if the node cannot do it.
 */
export function nodeRunner(account: Account, { n8nDir, peerDir, joined }: NodeDirs) {
  const { host, port, user, password, ca } = account;
  const types: Record<string, INodeType> = peerDir
    ? { [PEER]: peerNode(peerDir) }
    : {
        [`${OURS}.emailConnect`]: new EmailConnect(),
        [`${OURS}.emailMailbox`]: new EmailMailbox(),
        [`${OURS}.emailDisconnect`]: new EmailDisconnect(),
      };
  const login = { host, port, user, password };
  const credential: ICredentialDataDecryptedObject = peerDir
    ? { ...login, tls: true, allowUnauthorizedCerts: true }
    : { ...login, security: 'tls', caCertificate: ca };
  const engine = new Engine(n8nDir, types);
  return async (name: WorkName, folder: string): Promise<number | undefined> => {
    const steps = (peerDir ? PEER_STEPS : OUR_STEPS)[name]?.(folder);
    if (!steps || (joined && !CAN_JOIN.includes(name))) return undefined;
    const workflow = peerDir ? peerWorkflow(steps, joined) : ourWorkflow(steps);
    const outputs = await engine.run(workflow, credential);
    const items = outputs.get(workflow.nodes.at(-1)!.name) ?? [];
    return name === 'files' ? filesIn(items) : items.length;
  };
}

/** How many files the items have. */
const filesIn = (items: readonly INodeExecutionData[]): number =>
  items.reduce((sum, { binary = {} }) => sum + Object.keys(binary).length, 0);

function peerNode(peerDir: string): INodeType {
  const { Imap } = createRequire(join(peerDir, 'package.json'))('./dist/nodes/Imap/Imap.node.js') as {
    Imap: new () => INodeType;
  };
  return new Imap();
}

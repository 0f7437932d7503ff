import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { ICredentialDataDecryptedObject, INodeType } from 'n8n-workflow';

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
  newest: () => [{ folder: 'Huge', limit: 50 }],
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
  newest: () => [{ mailboxPath: peerFolder('Huge'), limit: 50 }],
};

const peerFolder = (value: string) => ({ __rl: true, mode: 'path', value });

function ourWorkflow(steps: object[]): Workflow {
  const connect = node(
    'Connect',
    `${OURS}.emailConnect`,
    {},
    { credentials: { emailServerBasicApi: { id: '1', name: 'Mail' } } },
  );
  const mailbox = steps.map((parameters, i) =>
    node(`Step ${i}`, `${OURS}.emailMailbox`, { resource: 'message', operation: 'getMany', ...parameters }),
  );
  return chain('ours', [once(connect), ...mailbox]);
}

const peerWorkflow = (steps: object[]): Workflow =>
  chain(
    'peer',
    steps.map((parameters, i) =>
      node(
        `Step ${i}`,
        PEER,
        { resource: 'email', operation: 'getEmailsList', ...parameters },
        { credentials: { imapApi: { id: '1', name: 'Mail' } } },
      ),
    ),
  );

/** Runs the nodes. Returns how many items the last one gives. */
export async function runNodes(
  account: Account,
  name: WorkName,
  folder: string,
  { n8nDir, peerDir }: { n8nDir: string; peerDir?: string },
): Promise<number | undefined> {
  const steps = (peerDir ? PEER_STEPS : OUR_STEPS)[name]?.(folder);
  if (!steps) return undefined;
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
  const workflow = peerDir ? peerWorkflow(steps) : ourWorkflow(steps);
  const outputs = await new Engine(n8nDir, types).run(workflow, credential);
  return outputs.get(workflow.nodes.at(-1)!.name)?.length ?? 0;
}

function peerNode(peerDir: string): INodeType {
  const { Imap } = createRequire(join(peerDir, 'package.json'))('./dist/nodes/Imap/Imap.node.js') as {
    Imap: new () => INodeType;
  };
  return new Imap();
}

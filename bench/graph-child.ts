// Does one piece of work on a Graph server with one of the nodes.
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { ICredentialDataDecryptedObject, INodeExecutionData, INodeType } from 'n8n-workflow';

import { EmailConnect } from '../nodes/EmailConnect/EmailConnect.node';
import { EmailMailbox } from '../nodes/EmailMailbox/EmailMailbox.node';
import { answerOrder } from './child';
import { Engine } from './engine';
import {
  GRAPH_WORKS,
  ourWorkflow,
  OURS,
  THEIRS,
  theirWorkflow,
  type GraphWork,
  type GraphWorkName,
} from './graph-works';

export type NodeName = 'ours' | 'theirs';

export interface GraphOrder {
  work: GraphWorkName;
  node: NodeName;
  /** Without the version. */
  url: string;
  /** Also the access token. */
  address: string;
  /** The same of a mailbox with a few messages, on which the node warms up. */
  warmUp: string;
  n8nDir: string;
}

answerOrder<GraphOrder>(async ({ work: name, node, url, address, warmUp, n8nDir }) => {
  const work: GraphWork = GRAPH_WORKS[name];
  const isOurs = node === 'ours';
  const workflow = isOurs ? ourWorkflow(work) : theirWorkflow(work);
  const types: Record<string, INodeType> = isOurs
    ? { [`${OURS}.emailConnect`]: new EmailConnect(), [`${OURS}.emailMailbox`]: new EmailMailbox() }
    : { [THEIRS]: theirNode(n8nDir) };
  const engine = new Engine(n8nDir, types);
  const run = async (user: string): Promise<number> => {
    const outputs = await engine.run(
      workflow,
      isOurs ? ourCredential(user, url) : theirCredential(user, url),
    );
    const items = outputs.get(workflow.nodes.at(-1)!.name) ?? [];
    return work.attachment ? filesIn(items) : items.length;
  };
  await run(warmUp);
  return async () => await run(address);
});

const signedIn = (token: string) => ({
  grantType: 'authorizationCode',
  oauthTokenData: { access_token: token },
});
const ourCredential = (user: string, url: string): ICredentialDataDecryptedObject => ({
  ...signedIn(user),
  ...{ user, cloud: 'custom', access: 'graph', customGraphUrl: `${url}/v1.0` },
});
const theirCredential = (user: string, url: string): ICredentialDataDecryptedObject => ({
  ...signedIn(user),
  ...{ graphApiBaseUrl: url, authUrl: url, accessTokenUrl: url, clientId: 'bench' },
});

/** How many files the items have. */
const filesIn = (items: readonly INodeExecutionData[]): number =>
  items.reduce((sum, { binary = {} }) => sum + Object.keys(binary).length, 0);

function theirNode(n8nDir: string): INodeType {
  const { MicrosoftOutlook } = createRequire(join(n8nDir, 'package.json'))(
    'n8n-nodes-base/dist/nodes/Microsoft/Outlook/MicrosoftOutlook.node.js',
  ) as { MicrosoftOutlook: new () => { getNodeType(version: number): INodeType } };
  return new MicrosoftOutlook().getNodeType(2);
}

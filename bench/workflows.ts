import { NodeConnectionTypes, type INodeExecutionData, type INodeType } from 'n8n-workflow';
import { EmailConnect } from '../nodes/EmailConnect/EmailConnect.node';
import { EmailDisconnect } from '../nodes/EmailDisconnect/EmailDisconnect.node';
import { EmailMailbox } from '../nodes/EmailMailbox/EmailMailbox.node';
import { chain, node, type Workflow, type WorkflowNode } from '../test/servers/workflow';
import type { NodeTypesByName } from './engine';

const PACKAGE = 'n8n-nodes-email-session';
const NO_OP = 'bench.noOp';

/** The work of every way: this many listings of the newest `LIMIT` messages. */
export const LISTINGS = 10;
export const LIMIT = 50;

/** @param readyItems the output of the no-op node: as many and as large items as a listing */
export const nodeTypes = (readyItems: readonly INodeExecutionData[]): NodeTypesByName => ({
  [`${PACKAGE}.emailConnect`]: new EmailConnect(),
  [`${PACKAGE}.emailMailbox`]: new EmailMailbox(),
  [`${PACKAGE}.emailDisconnect`]: new EmailDisconnect(),
  [NO_OP]: noOp(readyItems),
});

const noOp = (items: readonly INodeExecutionData[]): INodeType => ({
  description: {
    displayName: 'No-Op',
    name: 'noOp',
    group: ['transform'],
    version: 1,
    description: 'Gives items that lie ready',
    defaults: { name: 'No-Op' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    properties: [],
  },
  // Copies, because n8n changes the items that pass through.
  execute: async () => [items.map((item) => ({ ...item }))],
});

const numbers = Array.from({ length: LISTINGS }, (_, i) => i + 1);

// Nodes run once for each input item. "Execute Once" makes it one listing, not fifty, after another listing.
const once = (each: WorkflowNode) => ({ ...each, executeOnce: true });

const connect = (name: string, sessionName: string) =>
  once(
    node(
      name,
      `${PACKAGE}.emailConnect`,
      // Every run of the bench logs in and out.
      { sessionName, options: { keepConnectionFor: 0 } },
      { credentials: { emailServerBasicApi: { id: '1', name: 'Mail' } } },
    ),
  );

const getMany = (name: string, sessionName: string) =>
  once(node(name, `${PACKAGE}.emailMailbox`, { sessionName, limit: LIMIT }));

const disconnect = (name: string, sessionName: string) =>
  once(node(name, `${PACKAGE}.emailDisconnect`, { sessionName }));

/** Nodes that list are recognized by their names. */
export const isListing = (name: string): boolean => name.startsWith('Get Many');

/** One login; the end of the run closes the session. */
export const sessionWorkflow: Workflow = chain('One session', [
  connect('Connect', 'Default'),
  ...numbers.map((i) => getMany(`Get Many ${i}`, 'Default')),
]);

/** Nodes that each open their own connection. */
export const connectionPerNodeWorkflow: Workflow = chain('A connection per node', [
  ...numbers.flatMap((i) => [
    connect(`Connect ${i}`, `${i}`),
    getMany(`Get Many ${i}`, `${i}`),
    disconnect(`Disconnect ${i}`, `${i}`),
  ]),
]);

/** Only the engine, with as many nodes as another workflow. */
export const noOpWorkflow = ({ nodes }: Workflow): Workflow =>
  chain(
    'No-ops',
    nodes.map(({ name }) => once(node(name, NO_OP))),
  );

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type {
  ILoadOptionsFunctions,
  INode,
  INodeExecutionData,
  INodeType,
  IRun,
  IRunExecutionData,
} from 'n8n-workflow';
import { afterAll, vi } from 'vitest';

import { node, type Workflow as WorkflowData } from '../servers/workflow';

/*
 * The engine that runs workflows in n8n, without n8n's database, server and editor: n8n-core's
 * WorkflowExecute. Nothing of it is imitated here but what stands around it: hooks and credentials.
 */

const folder = process.env.N8N_DIR;
if (!folder) throw new Error('N8N_DIR has to name the folder whose node_modules holds n8n: use `npm test`.');

// Otherwise n8n-core reads and writes the settings of whoever runs the tests.
const userFolder = mkdtempSync(join(tmpdir(), 'n8n-core-'));
// Not at the end of the process, which Vitest does not let come to its end.
afterAll(() => rmSync(userFolder, { recursive: true, force: true }));
process.env.N8N_USER_FOLDER = userFolder;
// It would print every error that a test provokes.
process.env.N8N_LOG_LEVEL = 'silent';

// Installed packages get n8n's own n8n-workflow, so that both sides know the same error classes.
vi.mock('n8n-workflow', async () => {
  const { createRequire: requireFrom } = await import('node:module');
  return requireFrom(join(process.env.N8N_DIR ?? '', 'package.json'))('n8n-workflow') as object;
});

export const n8nRequire = createRequire(join(folder, 'package.json'));
n8nRequire('reflect-metadata');

export type Execution = Promise<IRun> & { cancel(): void };

export interface Hooks {
  addHandler(name: 'workflowExecuteAfter', handler: (run: IRun) => Promise<void>): void;
}

interface Core {
  WorkflowExecute: new (
    additionalData: object,
    mode: string,
    data?: IRunExecutionData,
  ) => {
    processRunExecutionData(workflow: object): Execution;
    runPartialWorkflow2(
      workflow: object,
      runData: IRunExecutionData['resultData']['runData'],
      pinData: object,
      dirtyNodeNames: string[],
      destinationNode: { nodeName: string; mode: 'inclusive' },
    ): Execution;
  };
  LoadOptionsContext: new (
    workflow: object,
    node: INode | null,
    additionalData: object,
    path: string,
  ) => ILoadOptionsFunctions;
  ExecutionLifecycleHooks: new (mode: string, executionId: string, workflow: object) => Hooks;
}

interface WorkflowModule {
  Workflow: new (options: object) => { getNode(name: string): INode | null };
  /** Missing in an older n8n. */
  createRunExecutionData?(data: RunParts): IRunExecutionData;
}

interface RunParts {
  resultData: object;
  executionData: { nodeExecutionStack: unknown[] };
  parentExecution?: object;
}

const { WorkflowExecute, LoadOptionsContext, ExecutionLifecycleHooks } = n8nRequire('n8n-core') as Core;
const { Workflow, createRunExecutionData = runOf } = n8nRequire('n8n-workflow') as WorkflowModule;

/** Such as 1.85, the oldest one that the package supports. */
const isOld = createRunExecutionData === runOf;

/** How the run ended. An older n8n leaves this to its server where the run failed. */
export const statusOf = ({ status, data }: IRun): string =>
  isOld && status === 'running' && data.resultData.error ? 'error' : status;

function runOf({ executionData, ...others }: RunParts): IRunExecutionData {
  const empty = { contextData: {}, metadata: {}, waitingExecution: {}, waitingExecutionSource: {} };
  return { startData: {}, ...others, executionData: { ...empty, ...executionData } } as IRunExecutionData;
}

export interface RunOptions {
  workflow: WorkflowData;
  executionId: string;
  /** What the first node gets. */
  items?: object[];
  /** The data of an earlier run: then only this node runs, as with "Execute step" in the editor. */
  step?: { node: string; runData: IRunExecutionData['resultData']['runData'] };
  /** The run that called this one as a sub-workflow. */
  parentExecutionId?: string;
  /** A run that was put away and goes on: n8n gives it new hooks. */
  resume?: IRunExecutionData;
  mode?: 'manual' | 'trigger' | 'integrated';
  /** Who runs it by hand. */
  userId?: string;
}

export type Credentials = Record<string, object>;

/** Starts one run. `nodeTypes` are by type, `credentials` by the id that a node names. */
export function start(
  nodeTypes: Record<string, INodeType>,
  credentials: Credentials,
  {
    workflow: data,
    executionId,
    items = [{}],
    step,
    parentExecutionId,
    resume,
    mode = 'trigger',
    userId,
  }: RunOptions,
): { execution: Execution; hooks: Hooks } {
  // A copy, because the engine writes into the nodes.
  const { nodes, connections, pinData = {} } = structuredClone(data);
  const workflow = workflowOf(nodeTypes, nodes, connections);
  const hooks = new ExecutionLifecycleHooks(mode, executionId, { id: 'test-workflow', ...data });
  const additionalData = {
    userId,
    executionId,
    hooks,
    credentialsHelper: helperOf(credentials),
    webhookWaitingBaseUrl: 'http://n8n.invalid',
    formWaitingBaseUrl: 'http://n8n.invalid',
    instanceBaseUrl: 'http://n8n.invalid',
    variables: {},
    setExecutionStatus: () => undefined,
    ...(resume ? { restartExecutionId: executionId } : {}),
  };
  if (step) {
    const destination = { nodeName: step.node, mode: 'inclusive' } as const;
    const engine = new WorkflowExecute(additionalData, mode);
    const runData = structuredClone(step.runData);
    return { hooks, execution: engine.runPartialWorkflow2(workflow, runData, pinData, [], destination) };
  }
  const [first] = nodes;
  const stack = [
    { node: first && workflow.getNode(first.name), data: { main: [toItems(items)] }, source: null },
  ];
  const runExecutionData =
    resume ??
    createRunExecutionData({
      resultData: { runData: {}, pinData },
      executionData: { nodeExecutionStack: stack },
      ...(parentExecutionId
        ? { parentExecution: { executionId: parentExecutionId, workflowId: 'calling-workflow' } }
        : {}),
    });
  const engine = new WorkflowExecute(additionalData, mode, runExecutionData);
  return { hooks, execution: engine.processRunExecutionData(workflow) };
}

/** What n8n gives a list of the Email Mailbox node in the editor: the node's own parameters, and who asks. */
export function editorContext(
  nodeTypes: Record<string, INodeType>,
  credentials: Credentials,
  { userId, parameters }: { userId: string; parameters: object },
): ILoadOptionsFunctions {
  // As in n8n's dynamic-node-parameters.service.js.
  const asks = { ...node('Temp-Node', 'n8n-nodes-email-session.emailMailbox', parameters), id: 'uuid-1234' };
  const workflow = workflowOf(nodeTypes, [asks], {});
  const additionalData = {
    userId,
    currentNodeParameters: parameters,
    credentialsHelper: helperOf(credentials),
  };
  return new LoadOptionsContext(workflow, workflow.getNode(asks.name), additionalData, 'folder');
}

const workflowOf = (nodeTypes: Record<string, INodeType>, nodes: object[], connections: object) =>
  new Workflow({
    id: 'test-workflow',
    nodes,
    connections,
    active: false,
    settings: { executionOrder: 'v1' },
    nodeTypes: {
      getByName: (type: string) => nodeTypes[type],
      getByNameAndVersion: (type: string) => nodeTypes[type],
      getKnownTypes: () => ({}),
    },
  });

const helperOf = (credentials: Credentials) => ({
  isCredentialUsableByNode: () => true,
  getDecrypted: async (_: unknown, { id }: { id: string }) => credentials[id] ?? fail(`No credential ${id}`),
});

const toItems = (items: object[]): INodeExecutionData[] =>
  items.map((json) => ({ json }) as INodeExecutionData);

function fail(message: string): never {
  throw new Error(message);
}

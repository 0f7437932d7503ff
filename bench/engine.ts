import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  createRunExecutionData,
  Workflow,
  type ICredentialDataDecryptedObject,
  type IDataObject,
  type INode,
  type INodeExecutionData,
  type INodeType,
  type INodeTypes,
  type IRun,
  type ITriggerFunctions,
} from 'n8n-workflow';
import type { Workflow as WorkflowJson } from '../test/servers/workflow';

/** The parts of n8n-core that run a workflow. It has no types here: only its n8n is installed, in the cache. */
interface Core {
  ExecutionLifecycleHooks: new (mode: string, executionId: string, workflow: object) => object;
  WorkflowExecute: new (
    additionalData: object,
    mode: string,
    data: object,
  ) => { processRunExecutionData(workflow: Workflow): Promise<IRun> };
  TriggerContext: new (...of: unknown[]) => ITriggerFunctions;
}

export type NodeTypesByName = Readonly<Record<string, INodeType>>;

/** The items each node gave, by the node's name. */
export type Outputs = ReadonlyMap<string, readonly INodeExecutionData[]>;

/** n8n's real engine (WorkflowExecute with its lifecycle hooks), without n8n's server, database and editor. */
export class Engine {
  private readonly core: Core;
  private readonly nodeTypes: INodeTypes;
  private runs = 0;

  constructor(
    n8nDir: string,
    private readonly types: NodeTypesByName,
  ) {
    const n8nRequire = createRequire(join(n8nDir, 'package.json'));
    n8nRequire('reflect-metadata');
    this.core = n8nRequire('n8n-core') as Core;
    const find = (name: string): INodeType => {
      const type = this.types[name];
      if (!type) throw new Error(`No node type ${name}`);
      return type;
    };
    this.nodeTypes = { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };
  }

  /**
   * Runs the workflow from its first node to the end of its finish handlers, in which sessions close.
   *
   * @param credential the data of every credential in the workflow
   * @throws the error that ended the run, unless it succeeded
   */
  async run(json: WorkflowJson, credential: ICredentialDataDecryptedObject): Promise<Outputs> {
    const executionId = `bench-${++this.runs}`;
    const workflow = this.workflow(json);
    const first = workflow.getNode(json.nodes[0]!.name)!;
    const data = createRunExecutionData({
      executionData: {
        nodeExecutionStack: [{ node: first, data: { main: [[{ json: {} }]] }, source: null }],
      },
    });
    const additionalData = {
      ...additionalDataWith(credential),
      executionId,
      hooks: new this.core.ExecutionLifecycleHooks('manual', executionId, { id: 'bench', ...json }),
    };
    const execution = new this.core.WorkflowExecute(additionalData, 'manual', data);
    const run = await execution.processRunExecutionData(workflow);
    const { error, runData } = run.data.resultData;
    if (error ?? run.status !== 'success') throw error ?? new Error(`The run ended with "${run.status}"`);
    return new Map(
      Object.entries(runData).map(([name, tasks]) => [name, tasks.at(-1)?.data?.main?.[0] ?? []]),
    );
  }

  /**
   * Starts the trigger that is the only node of the workflow.
   *
   * @param staticData what an earlier activation left
   * @param emit gets the items of each start of the workflow
   * @returns ends it
   */
  async startTrigger(
    json: WorkflowJson,
    credential: ICredentialDataDecryptedObject,
    staticData: object,
    emit: (items: readonly INodeExecutionData[]) => void,
  ): Promise<() => Promise<void>> {
    const [{ name, type }] = json.nodes as [INode];
    const workflow = this.workflow(json, { [`node:${name}`]: staticData });
    const context = new this.core.TriggerContext(
      ...[workflow, workflow.getNode(name)!, additionalDataWith(credential), 'trigger', 'update'],
      (data: INodeExecutionData[][]) => emit(data[0] ?? []),
    );
    const started = await this.types[type]?.trigger?.call(context);
    return async () => void (await started?.closeFunction?.());
  }

  private workflow(json: WorkflowJson, staticData?: IDataObject): Workflow {
    return new Workflow({
      id: 'bench',
      nodes: json.nodes as INode[],
      connections: json.connections,
      active: false,
      nodeTypes: this.nodeTypes,
      staticData,
      settings: { executionOrder: 'v1' },
    });
  }
}

/** What n8n hands to each run beside the workflow. */
const additionalDataWith = (credential: ICredentialDataDecryptedObject) => ({
  credentialsHelper: {
    isCredentialUsableByNode: () => true,
    getDecrypted: async () => credential,
    // For n8n's own nodes, whose requests n8n signs with the token of the credential.
    getParentTypes: () => ['oAuth2Api'],
    runPreAuthentication: async () => undefined,
    preAuthentication: async () => undefined,
  },
  setExecutionStatus: () => undefined,
  variables: {},
  instanceBaseUrl: 'http://localhost/',
  webhookWaitingBaseUrl: 'http://localhost/',
  formWaitingBaseUrl: 'http://localhost/',
});

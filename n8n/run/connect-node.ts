import type {
  IExecuteFunctions,
  INode,
  INodeExecutionData,
  IRunExecutionData,
  ISourceData,
} from 'n8n-workflow';

import { sessionName } from './session-parameter';

/**
 * The parts of n8n's own execution contexts that its public interface does not show (n8n-core's
 * ExecuteContext, and SupplyDataContext of a node used as a tool; seen in 2.41.1). Only this
 * module uses them, and it checks that they exist.
 */
interface RunningContext {
  workflow: { getNode(name: string): INode | null; nodes: Record<string, INode> };
  additionalData: unknown;
  mode: unknown;
  runExecutionData: IRunExecutionData;
  runIndex: number;
  executeData: object;
  closeFunctions: unknown[];
  abortSignal?: AbortSignal;
  /** Only in a SupplyDataContext. */
  connectionType?: string;
  constructor: new (...args: unknown[]) => IExecuteFunctions;
}

/** A node that opens a session, Email Connect or Email Trigger, with its own context and one of its items. */
export interface ConnectNode {
  context: IExecuteFunctions;
  itemIndex: number;
}

const isConnect = ({ type, disabled }: Pick<INode, 'type' | 'disabled'>): boolean =>
  !disabled && /(^|\.)email(Connect|Trigger)$/.test(type);

function runningContext(context: IExecuteFunctions): RunningContext | undefined {
  const running = context as unknown as Partial<RunningContext>;
  const known =
    typeof running.workflow?.getNode === 'function' &&
    running.workflow.nodes !== undefined &&
    running.additionalData !== undefined &&
    running.runExecutionData !== undefined &&
    ['ExecuteContext', 'SupplyDataContext'].includes(running.constructor?.name ?? '');
  return known ? (running as RunningContext) : undefined;
}

/**
 * Finds the workflow's Email Connect or Email Trigger node that opens the session of this name, so that it can be opened
 * in a run in which that node did not execute: a run that the trigger started, "Execute step", retry, pinned data, a Wait
 * that resumes elsewhere.
 *
 * @returns undefined if there is no such node; 'unsupported' if this n8n does not let a node look
 */
export function findConnectNode(
  context: IExecuteFunctions,
  name: string,
): ConnectNode | 'unsupported' | undefined {
  const running = runningContext(context);
  if (!running) return 'unsupported';
  for (const node of connectNodes(context, running)) {
    const input = inputOf(node, running.runExecutionData);
    const connect = contextOf(node, running, input);
    for (let itemIndex = 0; itemIndex < input.items.length; itemIndex++) {
      if (nameAt(connect, itemIndex) === name) return { context: connect, itemIndex };
    }
  }
  return undefined;
}

/** Nodes before the running node come first: if a name is used twice, they are the intended ones. */
function connectNodes(context: IExecuteFunctions, running: RunningContext): INode[] {
  const before = context
    .getParentNodes(context.getNode().name)
    .map(({ name }) => running.workflow.getNode(name));
  return [...new Set([...before, ...Object.values(running.workflow.nodes)])]
    .filter((node) => node !== null)
    .filter(isConnect);
}

interface Input {
  items: INodeExecutionData[];
  /** The nodes that the items came from, for expressions that refer to earlier nodes. */
  source: ISourceData[];
}

/** The items that the node had or would have, for its expressions; a single empty one if nothing is known. */
function inputOf(node: INode, { resultData }: IRunExecutionData): Input {
  const [source] = resultData.runData[node.name]?.at(-1)?.source ?? [];
  const previous = source && resultData.runData[source.previousNode]?.[source.previousNodeRun ?? 0];
  const items = previous?.data?.main?.[source?.previousNodeOutput ?? 0];
  if (!source || !items?.length) return { items: [{ json: {} }], source: [] };
  // Like n8n's input items: each is paired with its own position in the output of the node before.
  return { items: items.map((item, index) => ({ ...item, pairedItem: { item: index } })), source: [source] };
}

function contextOf(node: INode, running: RunningContext, { items, source }: Input): IExecuteFunctions {
  const { workflow, additionalData, mode, runExecutionData, runIndex, closeFunctions, abortSignal } = running;
  const inputData = { main: [items] };
  const executeData = { ...running.executeData, node, data: inputData, source: { main: source } };
  return new running.constructor(
    workflow,
    node,
    additionalData,
    mode,
    runExecutionData,
    runIndex,
    items,
    inputData,
    ...(running.connectionType ? [running.connectionType] : []),
    executeData,
    closeFunctions,
    abortSignal,
  );
}

function nameAt(connect: IExecuteFunctions, itemIndex: number): string | undefined {
  try {
    return sessionName(connect, itemIndex);
  } catch {
    // Its expression needs data that this run does not have, so its name is unknown.
    return undefined;
  }
}

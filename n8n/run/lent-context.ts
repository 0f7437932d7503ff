import type {
  IExecuteFunctions,
  ILoadOptionsFunctions,
  INode,
  INodeExecutionData,
  IRunExecutionData,
  ISourceData,
} from 'n8n-workflow';

/*
 * A session belongs to the node that opened it, and often another node has to open it again. The node at work then
 * lends its context: out of its parts a context for the other node is made. It is kept only while that node works.
 */

/**
 * The parts of n8n's own execution contexts that its public interface does not show (n8n-core's
 * ExecuteContext, and SupplyDataContext of a node used as a tool; seen in 1.85 to 2.41). Only this
 * module uses them, and it checks that they exist.
 */
export interface RunningContext {
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

export function runningContext(context: IExecuteFunctions): RunningContext | undefined {
  const running = context as unknown as Partial<RunningContext>;
  const known =
    typeof running.workflow?.getNode === 'function' &&
    running.workflow.nodes !== undefined &&
    running.additionalData !== undefined &&
    running.runExecutionData !== undefined &&
    ['ExecuteContext', 'SupplyDataContext'].includes(running.constructor?.name ?? '');
  return known ? (running as RunningContext) : undefined;
}

export interface Input {
  items: INodeExecutionData[];
  /** The nodes that the items came from, for expressions that refer to earlier nodes. */
  source: ISourceData[];
}

export const NO_INPUT: Input = { items: [{ json: {} }], source: [] };

/** A context for another node, which need not be in the workflow. */
export function contextFor(
  node: INode,
  running: RunningContext,
  { items, source }: Input = NO_INPUT,
): IExecuteFunctions {
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

/** n8n-core's LoadOptionsContext, for a list in the editor (seen in 1.85 to 2.41). */
interface EditorContext {
  workflow: object;
  additionalData: object;
  path: string;
  constructor: new (...args: unknown[]) => ILoadOptionsFunctions;
}

/** The same in the editor. Undefined if this n8n does not let a node do that. */
export function editorContextFor(
  node: INode,
  context: ILoadOptionsFunctions,
): ILoadOptionsFunctions | undefined {
  const editor = context as unknown as Partial<EditorContext>;
  if (!editor.workflow || !editor.additionalData || editor.constructor?.name !== 'LoadOptionsContext')
    return undefined;
  // The parameters decide which credential the node may use. Those of the node that asks stand here.
  const additionalData = { ...editor.additionalData, currentNodeParameters: node.parameters };
  return new editor.constructor(editor.workflow, node, additionalData, editor.path);
}

import type { IExecuteFunctions, INode, IRunExecutionData } from 'n8n-workflow';

import { contextFor, NO_INPUT, runningContext, type Input, type RunningContext } from './lent-context';
import { sessionName } from './session-parameter';

/** A node that opens a session, Email Connect or Email Trigger, with its own context and one of its items. */
export interface ConnectNode {
  context: IExecuteFunctions;
  itemIndex: number;
}

const opensSessions = ({ type }: Pick<INode, 'type'>): boolean => /(^|\.)email(Connect|Trigger)$/.test(type);

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
  for (const node of connectNodes(context, running).filter(({ disabled }) => !disabled)) {
    const input = inputOf(node, running.runExecutionData);
    const connect = contextFor(node, running, input);
    for (let itemIndex = 0; itemIndex < input.items.length; itemIndex++) {
      if (nameAt(connect, itemIndex) === name) return { context: connect, itemIndex };
    }
  }
  return undefined;
}

/** The name of a disabled node that would open the session of this name. */
export function disabledConnectNode(context: IExecuteFunctions, name: string): string | undefined {
  const running = runningContext(context);
  if (!running) return undefined;
  return connectNodes(context, running).find(
    (node) => node.disabled && nameAt(contextFor(node, running), 0) === name,
  )?.name;
}

/** Nodes before the running node come first: if a name is used twice, they are the intended ones. */
function connectNodes(context: IExecuteFunctions, running: RunningContext): INode[] {
  const before = context
    .getParentNodes(context.getNode().name)
    .map(({ name }) => running.workflow.getNode(name));
  return [...new Set([...before, ...Object.values(running.workflow.nodes)])]
    .filter((node) => node !== null)
    .filter(opensSessions);
}

/** The items that the node had or would have, for its expressions; a single empty one if nothing is known. */
function inputOf(node: INode, { resultData }: IRunExecutionData): Input {
  const [source] = resultData.runData[node.name]?.at(-1)?.source ?? [];
  const previous = source && resultData.runData[source.previousNode]?.[source.previousNodeRun ?? 0];
  const items = previous?.data?.main?.[source?.previousNodeOutput ?? 0];
  if (!source || !items?.length) return NO_INPUT;
  // Like n8n's input items: each is paired with its own position in the output of the node before.
  return { items: items.map((item, index) => ({ ...item, pairedItem: { item: index } })), source: [source] };
}

function nameAt(connect: IExecuteFunctions, itemIndex: number): string | undefined {
  try {
    return sessionName(connect, itemIndex);
  } catch {
    // Its expression needs data that this run does not have, so its name is unknown.
    return undefined;
  }
}

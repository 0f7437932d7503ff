import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

/** Takes all input items at once, since bulk is the normal case, and gives back paired output items. */
export type Execute = (context: IExecuteFunctions) => Promise<INodeExecutionData[]>;

/** All that there is to an operation, but for the resource that it belongs to. */
export interface Operation {
  /** What a workflow keeps; never to be changed. */
  readonly value: string;
  readonly name: string;
  /** What the list of nodes and a model that uses the node as a tool are shown. */
  readonly action: string;
  readonly description: string;
  /** Shown where this operation is picked. An empty list says that it needs none. */
  readonly fields: readonly INodeProperties[];
  readonly execute: Execute;
}

/** Checks the type where an operation is written down, so that a mistake shows in its own file. */
export const defineOperation = (operation: Operation): Operation => operation;

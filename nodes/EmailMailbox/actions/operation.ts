import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

/** Takes all input items at once, because bulk is the normal case, and returns paired output items. */
export type Execute = (context: IExecuteFunctions) => Promise<INodeExecutionData[]>;

/** All about an operation, except the resource that it belongs to. */
export interface Operation {
  /** Saved in workflows. Never change it. */
  readonly value: string;
  readonly name: string;
  /** Shown in the list of nodes, and to a model that uses the node as a tool. */
  readonly action: string;
  readonly description: string;
  /** Shown when this operation is picked. May be empty. */
  readonly fields: readonly INodeProperties[];
  readonly execute: Execute;
}

/** Checks the type where an operation is defined, so that the compiler reports a mistake in that file. */
export const defineOperation = (operation: Operation): Operation => operation;

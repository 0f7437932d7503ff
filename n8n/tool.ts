import type { INode } from 'n8n-workflow';

/**
 * Whether an AI agent uses the node as its tool. n8n makes a second type of such a node, whose name ends with "Tool"
 * (packages/workflow/src/node-helpers.ts, `@tool`).
 */
export const isTool = ({ type }: Pick<INode, 'type'>): boolean => type.endsWith('Tool');

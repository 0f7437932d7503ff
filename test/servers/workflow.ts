import { randomUUID } from 'node:crypto';

export interface WorkflowNode {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: object;
  credentials?: Record<string, { id: string; name: string }>;
  webhookId?: string;
}

export interface Workflow {
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, { main: { node: string; type: 'main'; index: number }[][] }>;
  pinData?: Record<string, { json: object }[]>;
  settings?: Record<string, unknown>;
}

type NodeExtras = Partial<Pick<WorkflowNode, 'credentials' | 'typeVersion' | 'webhookId'>>;

export function node(
  name: string,
  type: string,
  parameters: object = {},
  extras: NodeExtras = {},
): WorkflowNode {
  return { id: randomUUID(), name, type, typeVersion: 1, position: [0, 0], parameters, ...extras };
}

/** The workflow in which each node follows the one before it. */
export function chain(name: string, nodes: WorkflowNode[]): Workflow {
  const connections: Workflow['connections'] = {};
  nodes.forEach((from, index) => {
    const to = nodes[index + 1];
    if (to) connections[from.name] = { main: [[{ node: to.name, type: 'main', index: 0 }]] };
  });
  const placed = nodes.map((each, index) => ({ ...each, position: [index * 220, 0] as [number, number] }));
  return { name, nodes: placed, connections };
}

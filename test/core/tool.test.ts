import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { expect, test } from 'vitest';

import { n8nRequire } from './engine';
import { ALICE, expectSuccess, itemsOf, subjectsOf, useLab } from './lab';
import { connect, mailbox, pass } from './nodes';

// An AI agent calls a node as a tool: n8n gives it a context of another class, within the agent's run.

const lab = useLab();

type ToolContext = IExecuteFunctions & { addInputData(type: string, data: INodeExecutionData[][]): void };

interface Core {
  SupplyDataContext: new (...args: unknown[]) => ToolContext;
}

/** What n8n-core's makeHandleToolInvocation does for the node that is named as the tool. */
function agent(tool: INodeType): INodeType['execute'] {
  const { SupplyDataContext } = n8nRequire('n8n-core') as Core;
  return async function (this: IExecuteFunctions) {
    const own = this as unknown as Record<string, unknown> & { workflow: { getNode(name: string): object } };
    const { workflow, additionalData, mode, runExecutionData, connectionInputData } = own;
    const { inputData, executeData, closeFunctions, abortSignal } = own;
    const context = new SupplyDataContext(
      workflow,
      workflow.getNode('Tool'),
      additionalData,
      mode,
      runExecutionData,
      0,
      connectionInputData,
      inputData,
      'ai_tool',
      executeData,
      closeFunctions,
      abortSignal,
      this.getNode(),
    );
    context.addInputData('ai_tool', [[{ json: {} }]]);
    return (await tool.execute?.call(context)) as INodeExecutionData[][];
  };
}

test.each([
  ['uses the session of the run', [connect(ALICE), pass('Agent'), mailbox('Tool', {}, { disabled: true })]],
  [
    'opens it where Connect did not run',
    [pass('Agent'), connect(ALICE), mailbox('Tool', {}, { disabled: true })],
  ],
])('a tool %s', async (_, nodes) => {
  const { nodeTypes } = lab();
  const plain = nodeTypes['test.pass'] as INodeType;
  const [tool] = Object.entries(nodeTypes).flatMap(([type, found]) =>
    type.endsWith('.emailMailbox') ? [found] : [],
  );
  nodeTypes['test.agent'] = {
    description: plain.description,
    execute: agent(tool as INodeType),
  } as INodeType;
  const run = await lab().run(
    nodes.map((node) => (node.name === 'Agent' ? { ...node, type: 'test.agent' } : node)),
  );
  expectSuccess(run);
  expect(itemsOf(run, 'Agent').map(({ json }) => json.subject)).toEqual(subjectsOf(ALICE));
  expect(lab().wire.opened).toBe(1);
});

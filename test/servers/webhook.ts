import { randomUUID } from 'node:crypto';

import type { RestClient } from './n8n';
import { waitFor } from './wait';
import { chain, node, type WorkflowNode } from './workflow';

const MINUTE = 60_000;

export interface Answer {
  ok: boolean;
  /** What the last node gave first, or n8n's words about the failure. */
  body: string;
}

/** A workflow in production: each call runs it. */
export interface Published {
  id: string;
  /** Runs it to its end. */
  call(): Promise<Answer>;
  /** The errors of the runs that failed so far. */
  errors(): Promise<string[]>;
}

/**
 * Publishes a workflow that a webhook starts, as a user's production has it.
 *
 * @param answers when: at the run's end, with what its last node gave, or at once
 */
export async function publish(
  rest: RestClient,
  name: string,
  nodes: readonly WorkflowNode[],
  answers: 'lastNode' | 'onReceived' = 'lastNode',
): Promise<Published> {
  const path = randomUUID();
  const start = node(
    'Start',
    'n8n-nodes-base.webhook',
    { path, httpMethod: 'GET', responseMode: answers, options: {} },
    { typeVersion: 2.1, webhookId: path },
  );
  const workflow = await rest.createWorkflow(chain(name, [start, ...nodes]));
  const { versionId } = (await rest.call('GET', `/workflows/${workflow.id}`)) as { versionId: string };
  await rest.call('POST', `/workflows/${workflow.id}/activate`, { versionId });
  const ask = async (method: string) => {
    const signal = AbortSignal.timeout(10 * MINUTE);
    const response = await fetch(`${rest.url}/webhook/${path}`, { method, signal });
    return { ok: response.ok, body: await response.text() };
  };
  // n8n listens a moment later. To another method it says so without running the workflow.
  await waitFor(
    'n8n to listen',
    async () => (await ask('DELETE')).body.includes('Did you mean'),
    10_000,
    100,
  );
  return {
    id: workflow.id,
    call: async () => await ask('GET'),
    errors: async () => {
      const failed = (await rest.listExecutions(workflow.id)).filter(({ status }) => status !== 'success');
      return await Promise.all(
        failed.map(async ({ id, status }) => (await rest.getExecution(id)).error ?? status),
      );
    },
  };
}

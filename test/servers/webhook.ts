import { randomUUID } from 'node:crypto';

import type { RestClient } from './n8n';
import { waitFor } from './wait';
import { node, type Workflow, type WorkflowNode } from './workflow';

const MINUTE = 60_000;

/**
 * The start of a workflow that is published.
 *
 * @param answers when: at the run's end, with what its last node gave first, or at once
 */
export function webhook(answers: 'lastNode' | 'onReceived' = 'lastNode'): WorkflowNode {
  const path = randomUUID();
  return node(
    'Webhook',
    'n8n-nodes-base.webhook',
    { path, httpMethod: 'GET', responseMode: answers, options: {} },
    { typeVersion: 2.1, webhookId: path },
  );
}

export interface Answer {
  ok: boolean;
  /** What the last node gave first, or n8n's words about the failure. */
  body: string;
}

/** A workflow in production, as a user has it: each call runs it. */
export interface Published {
  id: string;
  call(): Promise<Answer>;
  /** The errors of the last 100 runs that have failed. */
  errors(): Promise<string[]>;
}

/** Publishes a workflow that starts with `webhook`. */
export async function publish(rest: RestClient, workflow: Workflow): Promise<Published> {
  const [start] = workflow.nodes;
  const { path } = start?.parameters as { path: string };
  const { id } = await rest.createWorkflow(workflow);
  const { versionId } = (await rest.call('GET', `/workflows/${id}`)) as { versionId: string };
  await rest.call('POST', `/workflows/${id}/activate`, { versionId });
  const ask = async (method: string) => {
    const signal = AbortSignal.timeout(30 * MINUTE);
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
    id,
    call: async () => await ask('GET'),
    errors: async () => {
      const failed = (await rest.listExecutions(id)).filter(({ status }) => status !== 'success');
      return await Promise.all(
        failed.map(async (one) => (await rest.getExecution(one.id)).error ?? one.status),
      );
    },
  };
}

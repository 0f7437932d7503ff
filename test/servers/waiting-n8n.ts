import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';

import { proofOf } from '../../n8n/wait/wait-id';
import { listen } from './ports';

/** What n8n says to a POST. */
export type Said = [status: number, text: string, headers?: Record<string, string>];

/** n8n's server for the URLs of waiting runs, as far as a trigger sees it. */
export class WaitingN8n {
  readonly posts: { url: string; body: unknown }[] = [];
  /** What it says to each POST in turn; the last one again and again. */
  answers: Said[] = [];
  port = 0;
  private server?: Server;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        this.posts.push({ url: request.url ?? '', body: JSON.parse(body) });
        const [status, text, headers] = (this.answers.length > 1
          ? this.answers.shift()
          : this.answers[0]) ?? [500, ''];
        response.writeHead(status, headers).end(text);
      });
    });
    this.port = await listen(this.server);
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => void this.server?.close(() => resolve()));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

interface Signing {
  additionalData: { webhookWaitingBaseUrl: string; executionId: string };
  node: { id: string };
}

/** What a trigger's context has for signing (node-execution-context.js of 2.41.1), with a signature that shows for whom. */
export const SIGNING = {
  additionalData: { webhookWaitingBaseUrl: 'http://n8n.invalid/webhook-waiting' },
  getSignedResumeUrl(this: Signing, parameters: Record<string, string>): string {
    const { additionalData, node } = this;
    const url = new URL(
      `${additionalData.webhookWaitingBaseUrl}/${additionalData.executionId}/${encodeURIComponent(node.id)}`,
    );
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const signature = createHash('sha256').update(`${url.pathname}${url.search}`).digest('hex');
    return `${url.href}&signature=${signature}`;
  },
};

/** A question of this n8n to which the run 7 waits for an answer. */
export const WAITING = (() => {
  const asked = { runId: '7', nodeId: 'node', question: '0123456789abcdef' };
  const { webhookWaitingBaseUrl } = SIGNING.additionalData;
  const node = {
    additionalData: { webhookWaitingBaseUrl, executionId: asked.runId },
    node: { id: asked.nodeId },
  };
  return {
    ...asked,
    proof: proofOf((parameters) => SIGNING.getSignedResumeUrl.call(node, parameters), asked.question),
  };
})();

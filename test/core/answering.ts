import type { INode, IRun, IRunExecutionData, INodeType, IWebhookResponseData } from 'n8n-workflow';

import { n8nRequire } from './engine';

/*
 * What n8n's server does when somebody opens the URL of a waiting run (waiting-webhooks.js and webhook-helpers.js of
 * 2.41.1), without the server: it checks the signature, and lets the webhook of the node answer.
 */

interface Core {
  WebhookContext: new (
    workflow: object,
    node: INode,
    additionalData: object,
    mode: string,
    webhookData: object,
    closeFunctions: unknown[],
    runExecutionData: IRunExecutionData,
  ) => object;
}

const { WebhookContext } = n8nRequire('n8n-core') as Core;

export interface Visit {
  status: number;
  headers: Record<string, string>;
  page: string;
  /** With which n8n goes on; undefined if the run waits on. */
  resume?: IRunExecutionData;
}

/** Opens the URL, or posts to it. */
export async function visit(
  nodeType: INodeType,
  asleep: IRun,
  url: string,
  { method = 'GET', body = {} }: { method?: 'GET' | 'POST' | 'HEAD'; body?: object } = {},
): Promise<Visit> {
  const data = structuredClone(asleep.data);
  const [entry] = data.executionData?.nodeExecutionStack ?? [];
  if (!entry) throw new Error('The run does not wait');
  const { lastNodeExecuted = '', runData } = data.resultData;
  runData[lastNodeExecuted]?.pop();
  const response = new Response();
  const query = Object.fromEntries(new URL(url).searchParams);
  const additionalData = { httpRequest: { method, query, body, headers: {} }, httpResponse: response };
  const context = new WebhookContext({}, entry.node, additionalData, 'trigger', {}, [], data);
  const result = (await nodeType.webhook?.call(context as never)) as IWebhookResponseData;
  const page = response.page ?? String(result.webhookResponse ?? '');
  if (!result.workflowData) return { ...response.head, page, resume: undefined };
  entry.data.main = result.workflowData;
  return { ...response.head, page, resume: afterWaiting(data) };
}

/** Lets the time of a waiting run be over (wait-tracker.js). */
export function afterLimit(asleep: IRun): IRunExecutionData {
  const data = structuredClone(asleep.data);
  data.resultData.runData[data.resultData.lastNodeExecuted ?? '']?.pop();
  return afterWaiting(data);
}

/** The engine would do both when it starts the run, had it not been done for the webhook already. */
function afterWaiting(data: IRunExecutionData): IRunExecutionData {
  const [entry] = data.executionData?.nodeExecutionStack ?? [];
  entry!.node.disabled = true;
  data.waitTill = undefined;
  return data;
}

class Response {
  readonly head: Pick<Visit, 'status' | 'headers'> = { status: 200, headers: {} };
  page?: string;

  status(status: number): this {
    this.head.status = status;
    return this;
  }

  set(headers: Record<string, string>): this {
    Object.assign(this.head.headers, headers);
    return this;
  }

  end(page: string): void {
    this.page = page;
  }
}

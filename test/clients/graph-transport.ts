import { Agent, request as send } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';

import type { Context, Middleware } from '@microsoft/microsoft-graph-client';

/** The last of the client's handlers in place of its own, which is fetch: that one takes no authority of ours. */
export class HttpsHandler implements Middleware {
  private readonly agent: Agent;

  constructor(ca: string) {
    this.agent = new Agent({ ca, keepAlive: true });
  }

  async execute(context: Context): Promise<void> {
    const request = new Request(context.request, context.options as RequestInit);
    const body = Buffer.from(await request.arrayBuffer());
    const headers = { ...Object.fromEntries(request.headers), 'content-length': String(body.length) };
    const { method, url } = request;
    const answered = await new Promise<IncomingMessage>((resolve, reject) => {
      send(url, { method, headers, agent: this.agent }, resolve).once('error', reject).end(body);
    });
    const bytes = await buffer(answered);
    context.response = new Response(bytes.length > 0 ? bytes : null, {
      status: answered.statusCode,
      headers: Object.entries(answered.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

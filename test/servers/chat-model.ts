import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { listen } from './ports';

export interface ChatRequest {
  messages: { role: string; content: unknown }[];
}

/** What the model says to a request. */
export type Turn = (request: ChatRequest) => string;

export interface ChatModel {
  /** The base URL for the credential. */
  url: string;
  requests: ChatRequest[];
  stop(): Promise<void>;
}

/** An OpenAI-compatible chat model on loopback that says what a script tells it to (POST /v1/chat/completions). */
export async function startChatModel(turn: Turn): Promise<ChatModel> {
  const requests: ChatRequest[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const send = (status: number, value: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (!request.url?.endsWith('/chat/completions')) return send(404, { error: { message: 'unknown' } });
    const asked = JSON.parse(await text(request)) as ChatRequest;
    requests.push(asked);
    send(200, {
      ...{ id: `chat_${requests.length}`, object: 'chat.completion', created: 1, model: 'scripted' },
      choices: [{ index: 0, message: { role: 'assistant', content: turn(asked) }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  };
  const server = createServer((request, response) => void answer(request, response));
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

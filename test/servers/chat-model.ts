import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message of a chat, as n8n sends it to an OpenAI-compatible model. */
export interface ChatMessage {
  role: string;
  content: string | Array<{ text?: string }> | null;
}

export interface ChatTool {
  function: { name: string; description: string; parameters: { properties: Record<string, unknown> } };
}

/** What the model says: an answer, or the tools that it calls with their arguments. */
export interface Said {
  content?: string;
  calls?: Array<[name: string, args: object]>;
}

/** Answers one request: the whole chat so far, and the tools that there are. */
export type Turn = (messages: ChatMessage[], tools: ChatTool[]) => Said;

export interface ChatModel {
  /** For the credential `openAiApi`. */
  url: string;
  /** What n8n asked since the last `play`. */
  requests: Array<{ messages: ChatMessage[]; tools?: ChatTool[] }>;
  /** What is said to the next requests, in turn. */
  play(...turns: Turn[]): void;
  stop(): void;
}

/** A chat model on loopback that says what a script tells it to (POST /v1/chat/completions, not streamed). */
export async function startChatModel(): Promise<ChatModel> {
  const requests: ChatModel['requests'] = [];
  let turns: Turn[] = [];
  let calls = 0;
  const server = createServer((request, response) => {
    const answer = (value: unknown) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (request.url?.endsWith('/models')) return answer({ object: 'list', data: [{ id: 'scripted' }] });
    void bodyOf(request).then((text) => {
      const asked = JSON.parse(text) as ChatModel['requests'][number];
      requests.push(asked);
      const turn: Turn = turns.shift() ?? (() => ({ content: 'The script is at its end.' }));
      const said = turn(asked.messages, asked.tools ?? []);
      const tool_calls = said.calls?.map(([name, args]) => ({
        ...{ id: `call_${++calls}`, type: 'function' },
        function: { name, arguments: JSON.stringify(args) },
      }));
      const message = { role: 'assistant', content: said.content ?? null, ...(tool_calls && { tool_calls }) };
      answer({
        ...{ id: `chat_${requests.length}`, object: 'chat.completion', created: 1, model: 'scripted' },
        choices: [{ index: 0, message, finish_reason: tool_calls ? 'tool_calls' : 'stop' }],
        usage: { prompt_tokens: Math.round(text.length / 4), completion_tokens: 1, total_tokens: 2 },
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    play: (...next) => {
      turns = next;
      requests.length = 0;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** What the last tool answered. */
export function lastAnswer(messages: readonly ChatMessage[]): string {
  const { content } = messages.filter(({ role }) => role === 'tool').at(-1) ?? {};
  return typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('');
}

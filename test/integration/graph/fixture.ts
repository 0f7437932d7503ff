import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { buffer } from 'node:stream/consumers';

import { startGraph, type GraphOptions, type GraphServer } from '../../servers/graph/graph';

/** What tests look at in an answer: of these an answer has what its kind has. */
export interface Body {
  error: { code: string; message: string; innerError: object };
  value: Body[];
  responses: unknown[];
  id: string;
  subject: string;
  displayName: string;
  name: string;
  parentFolderId: string;
  body: { contentType: string; content: string };
  from: { emailAddress: { address: string } };
  bccRecipients: unknown[];
  attachments: Body[];
  contentBytes?: string;
  internetMessageHeaders?: unknown[];
  uploadUrl: string;
  nextExpectedRanges: string[];
  '@odata.nextLink': string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  /** Parsed, where it is JSON. */
  json: Body;
}

export interface Ask {
  body?: unknown;
  headers?: Record<string, string>;
  token?: string | null;
}

/** Plain requests to the tests' Graph, as any client sends them. */
export interface GraphFixture {
  server: GraphServer;
  /** @param url after /v1.0, or absolute */
  ask(method: string, url: string, options?: Ask): Promise<Answer>;
  /** Takes the problems that a test has provoked. */
  problems(): string[];
  stop(): Promise<void>;
}

export const ADA = 'ada@example.test';
export const IMMUTABLE = { Prefer: 'IdType="ImmutableId"' };

export async function startGraphFixture(options: Partial<GraphOptions> = {}): Promise<GraphFixture> {
  const owners = new Map([
    ['ada', { address: ADA, shared: ['team@example.test'] }],
    ['app', { app: true }],
  ]);
  const server = await startGraph({ introspect: (token) => Promise.resolve(owners.get(token)), ...options });
  const agent = new Agent({ ca: server.ca, keepAlive: true });
  return {
    server,
    ask: async (method, url, { body, headers = {}, token = 'ada' } = {}) => {
      const bytes = Buffer.isBuffer(body)
        ? body
        : Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));
      const type = typeof body === 'string' ? 'text/plain' : 'application/json';
      const sending = request(url.startsWith('https:') ? url : `${server.url}/v1.0${url}`, {
        method,
        agent,
        headers: {
          ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'Content-Type': type }),
          'Content-Length': bytes.length,
          ...headers,
        },
      });
      const response = new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
        sending.once('response', resolve).once('error', reject);
      });
      sending.end(bytes);
      const received = await response;
      const content = await buffer(received);
      const isJson = received.headers['content-type']?.startsWith('application/json') && content.length > 0;
      return {
        status: received.statusCode!,
        headers: received.headers,
        bytes: content,
        json: (isJson ? JSON.parse(content.toString()) : {}) as Body,
      };
    },
    problems: () => server.problems.splice(0),
    stop: async () => {
      agent.destroy();
      await server.stop();
    },
  };
}

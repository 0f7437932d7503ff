import { randomBytes } from 'node:crypto';

import { loadScript } from './script-library';

/** What the scripts' library offers (plain JavaScript there, because scripts run without a build). */
export interface N8nProcess {
  url: string;
  pid: number;
  /** All that it has printed. */
  logs(): string;
  /** `kill`: as in a crash. */
  stop(options?: { kill?: boolean }): Promise<void>;
}

export interface NodeError {
  message: string;
  description?: string | null;
}

export interface NodeRun {
  error?: NodeError;
  data?: { main?: ({ json: Record<string, unknown> }[] | null)[] };
}

export type RunData = Record<string, NodeRun[]>;

export interface Execution {
  id: string;
  status: string;
  mode: string;
  data: { resultData?: { error?: NodeError; lastNodeExecuted?: string } };
  runData: RunData;
  error?: string;
}

export interface Stored {
  id: string;
  name: string;
}

export interface RunOptions {
  trigger?: string;
  destination?: string;
  runData?: RunData;
  timeoutMs?: number;
  until?: string[];
}

/** What a login at n8n gives, for other clients to go on with. */
export interface SignedIn {
  browserId: string;
  cookies: Array<[name: string, value: string]>;
}

export interface RestClient {
  readonly url: string;
  readonly signedIn: SignedIn;
  readonly cookie: string;
  readonly browserId: string;
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  setUpOwner(owner: Owner): Promise<unknown>;
  login(owner: Owner): Promise<unknown>;
  createCredential(credential: { name: string; type: string; data: object }): Promise<Stored>;
  createWorkflow(workflow: object): Promise<Stored>;
  updateWorkflow(id: string, changes: object): Promise<Stored>;
  publish(id: string): Promise<unknown>;
  unpublish(id: string): Promise<unknown>;
  run(workflow: { id: string }, options?: RunOptions): Promise<string>;
  runAndWait(workflow: { id: string }, options?: RunOptions): Promise<Execution>;
  waitForExecution(id: string, options?: RunOptions): Promise<Execution>;
  getExecution(id: string): Promise<Execution>;
  /** The newest 100, the newest first, without their data. */
  listExecutions(workflowId: string): Promise<Array<Pick<Execution, 'id' | 'status' | 'mode'>>>;
  retry(id: string, options: { workflowId: string; loadWorkflow?: boolean }): Promise<string>;
  stopExecution(id: string): Promise<unknown>;
}

export interface Owner {
  email: string;
  password: string;
}

/** Another password for every n8n. */
export const newOwner = (): Owner => ({
  email: 'owner@example.test',
  password: `Owner1-${randomBytes(8).toString('hex')}`,
});

interface ProcessModule {
  installPackage(tarball: string, userFolder: string): Promise<string>;
  startN8n(options: {
    userFolder: string;
    port?: number;
    worker?: boolean;
    env?: Record<string, string>;
    logFile?: string;
  }): Promise<N8nProcess>;
}

interface RestModule {
  RestClient: new (url: string, signedIn?: SignedIn) => RestClient;
}

export const loadProcessLibrary = () => loadScript<ProcessModule>('n8n-process.mjs');

export async function restClient(url: string, signedIn?: SignedIn): Promise<RestClient> {
  const { RestClient } = await loadScript<RestModule>('n8n-rest.mjs');
  return new RestClient(url, signedIn);
}

/** The items a node gave in its last run. */
export function itemsOf<Item = Record<string, unknown>>({ runData }: Execution, node: string): Item[] {
  return (runData[node]?.at(-1)?.data?.main?.[0] ?? []).map(({ json }) => json as Item);
}

/** The error that ended the run, as n8n shows it: a message and the lines below it. */
export function errorOf({ data, status }: Execution): NodeError {
  const error = data.resultData?.error;
  if (!error) throw new Error(`The run ended with "${status}" and no error`);
  return error;
}

import type { ILoadOptionsFunctions, INodeExecutionData, INodeType, IRun } from 'n8n-workflow';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

import { startDovecot, type Dovecot, type DovecotOptions } from '../servers/dovecot';
import { deliver, mail, type Delivery } from '../servers/mailbox';
import { waitFor } from '../servers/wait';
import { startWire, type Wire } from '../servers/wire';
import { chain, type Workflow, type WorkflowNode } from '../servers/workflow';
import {
  editorContext,
  start,
  statusOf,
  type Credentials,
  type Execution,
  type Hooks,
  type RunOptions,
} from './engine';
import { loadNodeTypes } from './nodes';

export const ALICE = 'alice@example.test';
export const BOB = 'bob@example.test';
/** A credential of Alice's account with a wrong password. */
export const WRONG = 'wrong';
export const WRONG_PASSWORD = 'not-the-password-of-alice';

export const subjectsOf = (user: string): string[] => [`${user} 3`, `${user} 2`, `${user} 1`];

type Options = Partial<RunOptions> & { nodes?: WorkflowNode[] };

let runs = 0;

/** The real engine, a real mail server, and between them a wire that counts. */
export class Lab {
  readonly credentials: Credentials = {};
  wire!: Wire;
  private loginsBefore = 0;

  private constructor(
    readonly dovecot: Dovecot,
    readonly nodeTypes: Record<string, INodeType>,
  ) {}

  static async start(options?: DovecotOptions): Promise<Lab> {
    const nodeTypes = await loadNodeTypes();
    const lab = new Lab(await startDovecot(options), nodeTypes);
    for (const user of [ALICE, BOB]) {
      const subjects = subjectsOf(user).reverse();
      lab.deliver(
        user,
        'INBOX',
        subjects.map((subject) => mail({ to: user, subject, text: subject })),
      );
    }
    return lab;
  }

  /** Each test has a wire of its own, so its counts start at zero. */
  async newWire(): Promise<void> {
    this.wire = await startWire(this.dovecot.ports.imap);
    this.loginsBefore = this.dovecot.logins();
    for (const user of [ALICE, BOB]) this.credentials[user] = this.credential(user);
    this.credentials[WRONG] = { ...this.credential(ALICE), password: WRONG_PASSWORD };
  }

  private credential(user: string): object {
    const password = this.dovecot.users[user] ?? '';
    return { host: this.dovecot.host, port: this.wire.port, security: 'none', user, password };
  }

  get logins(): number {
    return this.dovecot.logins() - this.loginsBefore;
  }

  deliver(user: string, folder: string, messages: (Buffer | Delivery)[]): void {
    deliver(this.dovecot, user, folder, messages);
  }

  begin({ nodes, ...options }: Options): { id: string; execution: Execution; hooks: Hooks } {
    const executionId = options.executionId ?? `${++runs}`;
    const workflow: Workflow = options.workflow ?? chain('test', nodes ?? []);
    return {
      id: executionId,
      ...start(this.nodeTypes, this.credentials, { ...options, workflow, executionId }),
    };
  }

  async run(options: Options | WorkflowNode[]): Promise<IRun> {
    const run = await this.begin(Array.isArray(options) ? { nodes: options } : options).execution;
    return { ...run, status: statusOf(run) as IRun['status'] };
  }

  /** The context of a list in an Email Mailbox node that this user looks at. */
  editor(userId: string, parameters: object): ILoadOptionsFunctions {
    return editorContext(this.nodeTypes, this.credentials, { userId, parameters });
  }

  /** Runs, and answers with the error that ended the run. */
  async failure(options: Options | WorkflowNode[]): Promise<ShownError> {
    const result = await this.run(options);
    expect(result.status).toBe('error');
    const error = result.data.resultData.error as unknown as ShownError;
    expect(error.description, `description of "${error.message}"`).toMatch(/\w+ \w+/);
    return error;
  }

  /** Nothing may stay open for longer than two seconds after a run. */
  async expectNoConnections(): Promise<void> {
    const open = () => this.wire.open + this.dovecot.connections();
    await waitFor('all connections to end', () => open() === 0, 2_000).catch(() => undefined);
    expect(open(), 'connections open 2 s after the run').toBe(0);
  }

  /** The names of the commands the server got, without the login and the goodbye. */
  commands(name: string): string[] {
    return this.wire.commands.filter((command) => command.includes(name));
  }
}

export interface ShownError {
  name: string;
  message: string;
  description?: string;
  level?: string;
  context: { itemIndex?: number };
}

/** Sets up the lab for a test file. Every test also proves that its runs left no connection. */
export function useLab(options?: () => Promise<DovecotOptions>): () => Lab {
  let lab: Lab | undefined;
  beforeAll(async () => {
    lab = await Lab.start(await options?.());
  });
  beforeEach(async () => await lab?.newWire());
  afterEach(async () => {
    try {
      await lab?.expectNoConnections();
    } finally {
      await lab?.wire.stop();
    }
  });
  afterAll(async () => await lab?.dovecot.stop());
  return () => lab ?? expect.fail('The lab did not start');
}

/** The items that a node gave in its last run. */
export const itemsOf = ({ data }: IRun, node: string): INodeExecutionData[] =>
  data.resultData.runData[node]?.at(-1)?.data?.main?.[0] ?? [];

export const subjects = (run: IRun, node: string): unknown[] =>
  itemsOf(run, node).map(({ json }) => json.subject);

export function expectSuccess(run: IRun): void {
  expect(run.data.resultData.error?.message).toBeUndefined();
  expect(run.status).toBe('success');
}

import type { IExecuteFunctions, INodeType } from 'n8n-workflow';

import { node, type WorkflowNode } from '../servers/workflow';

const PACKAGE = 'n8n-nodes-email-session';
export const CREDENTIAL_TYPE = 'emailServerBasicApi';

type Extras = Partial<WorkflowNode> & { onError?: string; disabled?: boolean };

const make = (name: string, type: string, parameters: object, extras: Extras = {}): WorkflowNode => ({
  ...node(name, type, parameters),
  ...extras,
});

/**
 * An Email Connect node with the credential of this id. What hangs has to fail long before the test does. Its connection
 * ends with the run, unless told otherwise.
 */
export const connect = (credential: string, parameters: object = {}, extras: Extras = {}): WorkflowNode => {
  const { options, ...others } = parameters as { options?: object };
  return make(
    'Connect',
    `${PACKAGE}.emailConnect`,
    { ...others, options: { connectTimeout: 3, commandTimeout: 5, keepConnectionFor: 0, ...options } },
    { credentials: { [CREDENTIAL_TYPE]: { id: credential, name: credential } }, ...extras },
  );
};

/** An Email Trigger node with the credential of this id. In a run it only passes on what started the run. */
export const trigger = (credential: string, parameters: object = {}): WorkflowNode =>
  make(
    'Email Trigger',
    `${PACKAGE}.emailTrigger`,
    { options: { connectTimeout: 3, commandTimeout: 5, keepConnectionFor: 0 }, ...parameters },
    { credentials: { [CREDENTIAL_TYPE]: { id: credential, name: credential } } },
  );

/** An Email Mailbox node: Get Many from INBOX, unless told otherwise. */
export const mailbox = (name: string, parameters: object = {}, extras: Extras = {}): WorkflowNode =>
  make(name, `${PACKAGE}.emailMailbox`, { resource: 'message', operation: 'getMany', ...parameters }, extras);

export const get = (name: string, messageId: string, parameters: object = {}, extras: Extras = {}) =>
  mailbox(name, { operation: 'get', messageId, ...parameters }, extras);

export const disconnect = (parameters: object = {}, extras: Extras = {}): WorkflowNode =>
  make('Disconnect', `${PACKAGE}.emailDisconnect`, parameters, extras);

/** Gives what it gets. */
export const pass = (name: string): WorkflowNode => make(name, 'test.pass', {});
/** Gives the first of the items that it gets. */
export const onlyFirst = (name: string): WorkflowNode => make(name, 'test.first', {});
/** Gives the last of the items that it gets. */
export const onlyLast = (name: string): WorkflowNode => make(name, 'test.last', {});
/** Gives these items, each paired with the first that it gets. */
export const give = (name: string, items: object[]): WorkflowNode =>
  make(name, 'test.give', { items: JSON.stringify(items) });
export const fails = (name: string): WorkflowNode => make(name, 'test.fail', {});

type Call = () => Promise<unknown>;
const calls = new Map<string, Call>();

/** Does something of the test's in the middle of a run, such as starting another run. */
export const call = (name: string, work: Call): WorkflowNode => {
  const created = make(name, 'test.call', {});
  calls.set(created.id, work);
  return created;
};

/** Puts the run away, as the Wait node does for a long time. */
export const putAway = (name: string): WorkflowNode => make(name, 'test.wait', {});

type Execute = NonNullable<INodeType['execute']>;

const helper = (name: string, execute: Execute): INodeType =>
  ({
    description: {
      displayName: name,
      name,
      group: ['transform'],
      version: 1,
      description: name,
      defaults: { name },
      inputs: ['main'],
      outputs: ['main'],
      properties: [{ displayName: 'Items', name: 'items', type: 'string', default: '' }],
    },
    execute,
  }) as unknown as INodeType;

/** The package's nodes, and a few that do what their names say. Imported late, for the mock in engine.ts. */
export async function loadNodeTypes(): Promise<Record<string, INodeType>> {
  const [{ EmailConnect }, { EmailMailbox }, { EmailDisconnect }, { EmailTrigger }] = await Promise.all([
    import('../../nodes/EmailConnect/EmailConnect.node.js'),
    import('../../nodes/EmailMailbox/EmailMailbox.node.js'),
    import('../../nodes/EmailDisconnect/EmailDisconnect.node.js'),
    import('../../nodes/EmailTrigger/EmailTrigger.node.js'),
  ]);
  return {
    [`${PACKAGE}.emailConnect`]: new EmailConnect(),
    [`${PACKAGE}.emailMailbox`]: new EmailMailbox(),
    [`${PACKAGE}.emailDisconnect`]: new EmailDisconnect(),
    [`${PACKAGE}.emailTrigger`]: new EmailTrigger(),
    'test.pass': helper('pass', async function (this: IExecuteFunctions) {
      return [this.getInputData()];
    }),
    'test.first': helper('first', async function (this: IExecuteFunctions) {
      return [this.getInputData().slice(0, 1)];
    }),
    'test.last': helper('last', async function (this: IExecuteFunctions) {
      return [this.getInputData().slice(-1)];
    }),
    'test.give': helper('give', async function (this: IExecuteFunctions) {
      const items = JSON.parse(String(this.getNodeParameter('items', 0))) as object[];
      return [items.map((json) => ({ json: json as never, pairedItem: { item: 0 } }))];
    }),
    'test.call': helper('call', async function (this: IExecuteFunctions) {
      await calls.get(this.getNode().id)?.();
      return [this.getInputData()];
    }),
    'test.fail': helper('fail', async function () {
      throw new Error('failed on purpose');
    }),
    'test.wait': helper('wait', async function (this: IExecuteFunctions) {
      await this.putExecutionToWait(new Date(Date.now() + 3_600_000));
      return [this.getInputData()];
    }),
  };
}

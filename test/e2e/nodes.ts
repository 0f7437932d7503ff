import type { Stored } from '../servers/n8n';
import { EmailMailbox } from '../../nodes/EmailMailbox/EmailMailbox.node';
import { node, type WorkflowNode } from '../servers/workflow';

const PACKAGE = 'n8n-nodes-email-session';
export const CREDENTIAL_TYPE = 'emailServerBasicApi';

export interface ServerCredential {
  host: string;
  port: number;
  security: 'tls' | 'starttls' | 'none';
  user: string;
  password: string;
  caCertificate?: string;
  ignoreCertificate?: boolean;
}

/** What a simplified message looks like. */
export interface MessageItem {
  id: string;
  folder: string;
  subject: string;
  from: unknown;
  isRead: boolean;
}

export const start = () => node('Start', 'n8n-nodes-base.manualTrigger');

interface ConnectParameters {
  sessionName?: string;
  options?: object;
}

export function connect(
  credential: Stored,
  { sessionName = 'Default', options }: ConnectParameters = {},
): WorkflowNode {
  const parameters = {
    sessionName,
    provider: 'other',
    protocol: 'imap',
    authentication: 'basic',
    // What hangs has to fail long before the test does. The connection ends with the run.
    options: { connectTimeout: 3, keepConnectionFor: 0, ...options },
  };
  const credentials = { [CREDENTIAL_TYPE]: { id: credential.id, name: credential.name } };
  return node('Connect', `${PACKAGE}.emailConnect`, parameters, { credentials });
}

/** An Email Mailbox node that reads all mail of a folder. */
export function mailbox(name: string, parameters: object = {}): WorkflowNode {
  assertKnown(parameters as Chosen);
  return node(name, `${PACKAGE}.emailMailbox`, {
    sessionName: 'Default',
    resource: 'message',
    operation: 'getMany',
    folder: 'INBOX',
    returnAll: true,
    simplify: true,
    filters: {},
    options: {},
    ...parameters,
  });
}

/** n8n ignores a parameter that the node does not have, and so a test that has misspelt it would test nothing. */
function assertKnown({ resource = 'message', operation = 'getMany', ...parameters }: Chosen): void {
  const shown = new EmailMailbox().description.properties.filter(({ displayOptions }) => {
    const { resource: resources, operation: operations } = displayOptions?.show ?? {};
    return (resources ?? [resource]).includes(resource) && (operations ?? [operation]).includes(operation);
  });
  for (const [name, value] of Object.entries(parameters)) {
    const field = shown.find((one) => one.name === name);
    const inner = field?.type === 'collection' ? Object.keys(value as object) : [];
    const unknown = inner.find((option) => !field?.options?.some((one) => one.name === option));
    if (!field || unknown) {
      throw new Error(`${resource} → ${operation} has no field ${[name, unknown].filter(Boolean).join('.')}`);
    }
  }
}

interface Chosen {
  resource?: string;
  operation?: string;
  [parameter: string]: unknown;
}

export const disconnect = (sessionName = 'Default') =>
  node('Disconnect', `${PACKAGE}.emailDisconnect`, { sessionName, options: {} });

/** From 65 seconds on n8n puts the run away into its database; below, the run stays in memory. */
export const wait = (seconds: number) =>
  node(
    'Wait',
    'n8n-nodes-base.wait',
    { resume: 'timeInterval', amount: seconds, unit: 'seconds' },
    { typeVersion: 1.1 },
  );

export const fail = () =>
  node('Middle', 'n8n-nodes-base.stopAndError', { errorMessage: 'failed on purpose' });
export const pass = () => node('Middle', 'n8n-nodes-base.noOp');
/** Nodes run once per item; this makes one item of however many came. */
export const onlyFirst = (name: string) => node(name, 'n8n-nodes-base.limit', { maxItems: 1 });

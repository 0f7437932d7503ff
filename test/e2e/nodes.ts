import type { Stored } from '../servers/n8n';
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
    // What hangs has to fail long before the test does.
    options: { connectTimeout: 3, ...options },
  };
  const credentials = { [CREDENTIAL_TYPE]: { id: credential.id, name: credential.name } };
  return node('Connect', `${PACKAGE}.emailConnect`, parameters, { credentials });
}

/** An Email Mailbox node that reads all mail of a folder. */
export function mailbox(name: string, parameters: object = {}): WorkflowNode {
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

import type { INodeProperties } from 'n8n-workflow';

/** The same field in every node, so that a workflow with one session never has to fill it in. */
export const SESSION_NAME: INodeProperties = {
  displayName: 'Session Name',
  name: 'sessionName',
  type: 'string',
  default: 'Default',
  required: true,
  description: 'Name of the session. Email nodes with the same name share one session.',
};

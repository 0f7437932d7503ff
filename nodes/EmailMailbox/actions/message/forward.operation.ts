import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { answerOperation } from './reply/execute';
import { FORWARD_FIELDS } from './reply/fields';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['forward'] } },
  FORWARD_FIELDS,
);

export const execute = answerOperation('forward');

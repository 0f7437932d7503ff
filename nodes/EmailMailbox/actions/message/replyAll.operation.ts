import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { answerOperation } from './reply/execute';
import { REPLY_FIELDS } from './reply/fields';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['replyAll'] } },
  REPLY_FIELDS,
);

export const execute = answerOperation('replyAll');

import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { answerOperation } from './answer/execute';
import { REPLY_FIELDS } from './answer/fields';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['replyAll'] } },
  REPLY_FIELDS,
);

export const execute = answerOperation('replyAll');

import { expect, it } from 'vitest';

import { logWarning, tell } from '../../../n8n/trigger/tell';
import { StandInN8n } from '../../servers/n8n-trigger';

// Telling of a failure must not be a failure: it would end the trigger without a word.

it.each([undefined, null, 'in words', new Error('as usual')])('tells of any failure: %s', (failure) => {
  const n8n = new StandInN8n();
  const { context } = n8n.activate();
  logWarning(context, failure);
  tell(context, failure);
  const text = failure instanceof Error ? failure.message : String(failure);
  expect(n8n.log[0]).toContain(text);
});

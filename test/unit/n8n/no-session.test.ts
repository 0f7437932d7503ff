import type { IExecuteFunctions } from 'n8n-workflow';
import { expect, it } from 'vitest';

import { findSession } from '../../../n8n/run/session';

// Runs and versions of n8n in which there can be no session.

const context = (more: object = {}): IExecuteFunctions =>
  ({
    getExecutionId: () => '1',
    getExecutionCancelSignal: () => undefined,
    onExecutionCancellation: () => {},
    getMode: () => 'manual',
    ...more,
  }) as unknown as IExecuteFunctions;

it.each<[object, object]>([
  [
    { getExecutionId: () => undefined },
    {
      code: 'SESSION_CLOSED',
      message: 'This workflow run has no id, so it has no email sessions',
      description: 'Run it in a version of n8n that gives every run an id.',
    },
  ],
  [
    { getExecutionCancelSignal: () => AbortSignal.abort() },
    {
      code: 'SESSION_CLOSED',
      message: 'This workflow run was cancelled, so it has no email sessions',
      description: 'Run the workflow again.',
    },
  ],
  [
    // Without the parts of n8n that the public interface does not show.
    {},
    {
      code: 'SESSION_UNKNOWN',
      message: 'The email session "Sales" is not open in this run',
      description: expect.stringMatching(/^Email Connect did not run this time.*unpin the data/) as string,
    },
  ],
])('no session is found or opened', async (more, error) => {
  await expect(findSession(context(more), 'Sales')).rejects.toMatchObject(error);
});

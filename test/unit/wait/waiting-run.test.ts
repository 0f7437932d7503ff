import type { IExecuteFunctions } from 'n8n-workflow';
import { expect, it } from 'vitest';

import { signedUrls } from '../../../n8n/wait/waiting-run';

const node = (type: string) =>
  ({
    getNode: () => ({ type: `n8n-nodes-email-session.${type}` }),
    getSignedResumeUrl: () => 'https://n8n.example.com/signed',
    executeData: {},
  }) as unknown as IExecuteFunctions;

it.each(['emailMailbox', 'emailMailboxHitlTool'])('%s can wait', (type) => {
  expect(signedUrls(node(type))({})).toBe('https://n8n.example.com/signed');
});

it('a tool of an agent cannot wait, and the model reads what to do', () => {
  expect(() => signedUrls(node('emailMailboxTool'))).toThrow(/send the message with "Send" instead/);
});

it('an older n8n cannot sign, and says so', () => {
  const older = { ...node('emailMailbox'), getSignedResumeUrl: undefined };
  expect(() => signedUrls(older as unknown as IExecuteFunctions)).toThrow(/cannot sign links/);
});

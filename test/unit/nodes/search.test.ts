import { describe, expect, it } from 'vitest';

import { EmailConnect } from '../../../nodes/EmailConnect/EmailConnect.node';
import { EmailMailbox } from '../../../nodes/EmailMailbox/EmailMailbox.node';
import { EmailTrigger } from '../../../nodes/EmailTrigger/EmailTrigger.node';

const ACCOUNTS = [
  ...['office 365', 'outlook', 'exchange', 'ews', 'graph', 'gmail', 'yahoo', 'hotmail', 'icloud', 'fastmail'],
  ...['imap', 'pop3', 'smtp', 'mail', 'e-mail', 'email', 'inbox'],
];
const WORK = ['read email', 'send email', 'reply', 'attachment', 'draft', 'message', 'folder'];

describe.each([
  ['Email Connect', new EmailConnect(), ACCOUNTS],
  ['Email Trigger', new EmailTrigger(), [...ACCOUNTS, 'new mail']],
  ['Email Mailbox', new EmailMailbox(), [...ACCOUNTS, ...WORK]],
])('the search of the node panel finds %s', (_, { description }, words) => {
  it.each(words)('by "%s"', (word) => {
    expect(description.codex?.alias).toContain(word);
  });
});

it('the node panel shows what people do with messages first', () => {
  const resource = new EmailMailbox().description.properties.find(({ name }) => name === 'resource');
  expect(resource?.options?.[0]).toMatchObject({ value: 'message' });
});

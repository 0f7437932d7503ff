import { expect, test } from 'vitest';

import { ALICE, BOB, useLab } from './lab';
import { connect, mailbox } from './nodes';

// What a builder sees who leaves a field empty, or whose expression gives something else.

const CAROL = 'carol';
const lab = useLab(async () => await Promise.resolve({ users: { [ALICE]: 'a', [BOB]: 'b', [CAROL]: 'c' } }));
const EMPTY = '={{ "" }}';
const DRAFT = {
  resource: 'draft',
  operation: 'create',
  fromEmail: ALICE,
  toEmail: 'bob@example.test',
  subject: 'x',
  html: 'x',
};

test.each<[message: string, fix: RegExp, node: object]>([
  [
    'Path: it is empty',
    /path of the new folder, such as/,
    { resource: 'folder', operation: 'create', path: EMPTY },
  ],
  [
    'New Path: it is empty',
    /the new path of the folder/,
    { resource: 'folder', operation: 'rename', folder: 'Archive', newPath: EMPTY },
  ],
  [
    'Message: it is empty',
    /headers of the message, an empty line, and the body/,
    { operation: 'append', folder: 'INBOX', source: 'text', message: EMPTY },
  ],
  [
    'Put Output File in Field: it is empty',
    /a binary field, such as data/,
    { operation: 'save', selectBy: 'filters', allMessages: true, binaryField: EMPTY },
  ],
  [
    'Inline Images: a binary field has no name',
    /its name, such as data/,
    { ...DRAFT, options: { inlineImages: { image: [{ binaryField: EMPTY }] } } },
  ],
  [
    'From: it is empty, and the account "carol" of the session is not an email address',
    /the address to send from/,
    { ...DRAFT, fromEmail: EMPTY },
  ],
])('%s', async (message, fix, parameters) => {
  lab().credentials[CAROL] = { ...lab().credentials[ALICE], user: CAROL, password: 'c' };
  const error = await lab().failure([connect(CAROL), mailbox('Node', parameters)]);
  expect(error.message).toBe(message);
  expect(error.description).toMatch(fix);
});

test('a credential that is not connected', async () => {
  lab().credentials.oauth = { ...lab().credentials[ALICE] };
  const credentials = { emailServerOAuth2Api: { id: 'oauth', name: 'Sales' } };
  const error = await lab().failure([connect('oauth', { authentication: 'oAuth2' }, { credentials })]);
  expect(error.message).toBe('The credential "Sales" is not connected to an account');
  expect(error.description).toBe('Open the credential "Sales" and connect the account there.');
});

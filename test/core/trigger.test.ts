import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { chain, type Workflow } from '../servers/workflow';
import { ALICE, BOB, WRONG, expectSuccess, itemsOf, subjects, subjectsOf, useLab } from './lab';
import { connect, disconnect, mailbox, putAway, trigger } from './nodes';

// A run that Email Trigger started has its session, without an Email Connect.

const lab = useLab();

/** What the trigger gives. */
const ITEM = {
  id: 'INBOX;UIDVALIDITY=1/;UID=1',
  subject: 'New',
  from: 'Ada <ada@example.test>',
  session: { name: 'Default' },
};

test('every later node uses the session of the trigger, with one login', async () => {
  const nodes = [trigger(ALICE), mailbox('Read'), mailbox('Again', {}, { executeOnce: true } as object)];
  const run = await lab().run({ nodes, items: [ITEM] });
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  expect(subjects(run, 'Again').slice(0, 3)).toEqual(subjectsOf(ALICE));
  expect(lab().logins).toBe(1);
});

test('a run that reads no mail does not log in', async () => {
  expectSuccess(await lab().run({ nodes: [trigger(ALICE)], items: [ITEM] }));
  expect(lab().logins).toBe(0);
});

test('the session is that of the name, beside one of Email Connect', async () => {
  const nodes = [
    trigger(ALICE, { sessionName: 'In' }),
    connect(BOB, { sessionName: 'Out' }),
    mailbox('Read', { sessionName: 'In' }),
  ];
  const run = await lab().run({ nodes, items: [ITEM] });
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
});

test('a run that was put away opens it when it goes on', async () => {
  const workflow = chain('test', [trigger(ALICE), putAway('Wait'), mailbox('Read')]);
  const { id: executionId, execution } = lab().begin({ workflow, items: [ITEM] });
  const asleep = await execution;
  expect([asleep.status, lab().wire.opened]).toEqual(['waiting', 0]);
  const run = await lab().run({ workflow, executionId, resume: structuredClone(asleep.data) });
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  expect(lab().logins).toBe(1);
});

test('Email Disconnect closes it for good', async () => {
  const nodes = [trigger(ALICE), mailbox('Read'), disconnect(), mailbox('After')];
  const error = await lab().failure({ nodes, items: [ITEM] });
  expect(error.message).toContain('closed by Email Disconnect');
});

test('a wrong password is an error of the node that needs the session', async () => {
  const error = await lab().failure({ nodes: [trigger(WRONG), mailbox('Read')], items: [ITEM] });
  expect(error.message).toMatch(/refused the login/i);
  expect(lab().wire.opened).toBe(1);
});

test('the example workflow saves an answer to the message that started it', async () => {
  const example = JSON.parse(readFileSync('examples/answer-mail.json', 'utf8')) as Workflow;
  // Its note is n8n's own.
  const ours = example.nodes
    .filter(({ type }) => type.startsWith('n8n-nodes-email-session.'))
    .map((node) => ({ ...node, parameters: { ...node.parameters, options: { keepConnectionFor: 0 } } }));
  lab().credentials.emailSessionDemoMail = lab().credentials[ALICE]!;
  const run = await lab().run({ workflow: { ...example, nodes: ours }, items: [ITEM] });
  expectSuccess(run);
  expect(itemsOf(run, 'Save an answer')).toHaveLength(1);
  const drafts = await lab().run([connect(ALICE), mailbox('Drafts', { folder: '\\Drafts' })]);
  expect(itemsOf(drafts, 'Drafts')[0]?.json).toMatchObject({
    subject: 'Re: New',
    to: 'Ada <ada@example.test>',
  });
});

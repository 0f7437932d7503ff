import type { IRun } from 'n8n-workflow';
import { expect, test } from 'vitest';

import { chain, type Workflow } from '../servers/workflow';
import { ALICE, BOB, expectSuccess, subjects, subjectsOf, useLab } from './lab';
import { connect, disconnect, mailbox, onlyFirst, onlyLast, pass } from './nodes';

// Runs in which a Mailbox node executes and Connect does not, or did so in another life of the run.

const lab = useLab();

/** Runs the workflow, then one node of it alone with the data of that run, as the editor does. */
async function step(workflow: Workflow, node: string, items?: object[]): Promise<IRun> {
  const whole = await lab().run({ workflow, items });
  expectSuccess(whole);
  await lab().expectNoConnections();
  await lab().wire.stop();
  await lab().newWire();
  return await lab().run({ workflow, step: { node, runData: without(node, whole) }, mode: 'manual' });
}

/** The data of a run as the editor keeps it when one node has still to run. */
const without = (node: string, { data }: IRun) =>
  Object.fromEntries(Object.entries(data.resultData.runData).filter(([name]) => name !== node));

test('"Execute step" on Mailbox opens the session as its Connect node says', async () => {
  const run = await step(chain('test', [connect(ALICE), mailbox('Read')]), 'Read');
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  expect(Object.keys(run.data.resultData.runData)).toContain('Connect');
  expect(lab().logins).toBe(1);
});

test('"Execute step" finds the Connect node whose expression gives the name for one of its items', async () => {
  const nodes = [
    pass('Start'),
    connect(BOB, { sessionName: 'Bob' }, { name: 'Connect Bob' }),
    pass('Between'),
    connect(ALICE, { sessionName: '={{ "Mail of " + $("Start").item.json.owner }}' }),
    onlyFirst('One'),
    mailbox('Read', { sessionName: 'Mail of y' }),
  ];
  const run = await step(chain('test', nodes), 'Read', [{ owner: 'x' }, { owner: 'y' }, { owner: 'z' }]);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  expect(lab().wire.opened).toBe(1);
});

test('"Execute step" finds the name that depends on the items before Connect', async () => {
  const nodes = [
    pass('Start'),
    connect(ALICE, { sessionName: '={{ "Mail of " + $json.owner }}' }),
    onlyFirst('One'),
    mailbox('Read', { sessionName: 'Mail of y' }),
  ];
  const run = await step(chain('test', nodes), 'Read', [{ owner: 'x' }, { owner: 'y' }]);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
});

test('"Execute step" follows the items of Connect back past a node that dropped some', async () => {
  const nodes = [
    pass('Start'),
    onlyLast('Last'),
    connect(ALICE, { sessionName: '={{ "Mail of " + $("Start").item.json.owner }}' }),
    mailbox('Read', { sessionName: 'Mail of z' }),
  ];
  const run = await step(chain('test', nodes), 'Read', [{ owner: 'x' }, { owner: 'y' }, { owner: 'z' }]);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
});

const APP_PASSWORD = 'emailGmailAppPasswordApi';
const SIGNED_IN = 'emailGmailOAuth2Api';

// n8n does not save what a field begins with, and that depends on the version and on what was picked in the node panel.
test.each<[version: number, saved: object, credential: string]>([
  [3, { operation: 'gmail' }, APP_PASSWORD],
  [3, { provider: 'gmail' }, APP_PASSWORD],
  [3, { operation: 'yahoo', provider: 'gmail' }, APP_PASSWORD],
  [3, { operation: 'gmail', authentication: 'oAuth2' }, SIGNED_IN],
  [2, { provider: 'gmail', authentication: 'basic' }, APP_PASSWORD],
  [2, { provider: 'gmail' }, SIGNED_IN],
  [1, { provider: 'gmail' }, SIGNED_IN],
])('"Execute step" takes a Connect node of version %i with %j as it was saved', async (...row) => {
  const [typeVersion, parameters, credential] = row;
  const gmail = { ...lab().credentials[ALICE], cloud: 'custom' };
  Object.assign(lab().credentials, { [APP_PASSWORD]: gmail, [SIGNED_IN]: { ...gmail, user: '' } });
  const credentials = Object.fromEntries([APP_PASSWORD, SIGNED_IN].map((name) => [name, { id: name, name }]));
  const runData = without('Read', await lab().run([connect(ALICE), mailbox('Read')]));
  const workflow = chain('test', [connect('', parameters, { typeVersion, credentials }), mailbox('Read')]);
  const run = await lab().run({ workflow, step: { node: 'Read', runData }, mode: 'manual' });
  if (credential === APP_PASSWORD) expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  else
    expect(run.data.resultData.error?.message).toBe(
      `The credential "${SIGNED_IN}" is not connected to an account`,
    );
});

test('"Execute step" does not use a Connect node with another name', async () => {
  const whole = await lab().run([connect(ALICE), mailbox('Read')]);
  expect(lab().logins).toBe(1);
  const workflow = chain('test', [connect(ALICE), mailbox('Read', { sessionName: 'Other' })]);
  const error = await lab().failure({ workflow, step: { node: 'Read', runData: without('Read', whole) } });
  expect(error.message).toBe('There is no email session "Other" in this run');
  expect(lab().logins).toBe(1);
});

test('the server and account in pinned data of Connect are ignored', async () => {
  const workflow = chain('test', [connect(ALICE), mailbox('Read')]);
  const session = { name: 'Default', account: BOB, server: 'elsewhere.invalid:993' };
  const run = await lab().run({ workflow: { ...workflow, pinData: { Connect: [{ json: { session } }] } } });
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  expect(lab().logins).toBe(1);
});

test('a workflow without a Connect node fails with the advice to add one', async () => {
  const error = await lab().failure([pass('Start'), mailbox('Read')]);
  expect(error.message).toBe('There is no email session "Default" in this run');
  expect(error.description).toMatch(/add an Email Connect node/);
  expect(error.context.itemIndex).toBe(0);
  expect(lab().wire.opened).toBe(0);
});

test('a disabled Connect node opens nothing, and the error names it', async () => {
  const error = await lab().failure([connect(ALICE, {}, { disabled: true }), mailbox('Read')]);
  expect(error.message).toBe('The node "Connect" is disabled, so there is no email session "Default"');
  expect(error.description).toMatch(/^Enable the node/);
  const other = await lab().failure([
    connect(ALICE, {}, { disabled: true }),
    mailbox('Read', { sessionName: 'Other' }),
  ]);
  expect(other.message).toBe('There is no email session "Other" in this run');
  expect(lab().wire.opened).toBe(0);
});

test('a Mailbox before Connect opens the session, and Connect reuses it', async () => {
  const run = await lab().run([mailbox('Read', { limit: 1 }), connect(ALICE), mailbox('Read again')]);
  expectSuccess(run);
  expect(subjects(run, 'Read again')).toEqual(subjectsOf(ALICE));
  expect(lab().wire.opened).toBe(1);
});

test('a session that Disconnect closed is not opened again by a later node', async () => {
  const run = await lab().run([connect(ALICE), disconnect(), mailbox('Read')]);
  expect(run.status).toBe('error');
  expect(lab().wire.opened).toBe(1);
});

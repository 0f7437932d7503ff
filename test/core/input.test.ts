import { expect, test } from 'vitest';

import { chain, type WorkflowNode } from '../servers/workflow';
import { ALICE, BOB, WRONG, expectSuccess, subjects, subjectsOf, useLab } from './lab';
import { connect, disconnect, get, give, mailbox } from './nodes';

const lab = useLab();

// The second of two items is the bad one, so that the error has to name an item other than the first.
const CONNECTED = () => [connect(ALICE)];
const V = '={{ $json.v }}';

const inMailbox = (parameters: object, good: unknown, bad: unknown) => () => [
  ...CONNECTED(),
  give('Items', [{ v: good }, { v: bad }]),
  mailbox('Read', parameters),
];
const filter = (name: string, good: unknown, bad: unknown) =>
  inMailbox({ filters: { [name]: V } }, good, bad);

test.each<[string, () => WorkflowNode[], RegExp]>([
  ['empty session name', inMailbox({ sessionName: V }, 'Default', ' '), /^Session Name: it is empty/],
  ['limit 0', inMailbox({ limit: V }, 1, 0), /^Limit: 0 is not a number of results/],
  ['limit below 0', inMailbox({ limit: V }, 1, -1), /^Limit: -1 /],
  ['limit with a fraction', inMailbox({ limit: V }, 1, 1.5), /^Limit: 1.5 /],
  ['limit that is a text', inMailbox({ limit: V }, 1, 'many'), /^Limit: .*\bis not a number of results/],
  [
    'bad date after',
    filter('receivedAfter', '2026-01-01', 'soon'),
    /^Filter "Received After": "soon" is not/,
  ],
  ['bad date before', filter('receivedBefore', '2026-01-01', '2026-13-45'), /^Filter "Received Before": /],
  ['unknown read state', filter('readState', 'read', 'half'), /^Filter "Read State": "half" is not known/],
  ['size below 0', filter('largerThan', 1, -1), /^Filter "Larger Than"/],
  ['size that is a text', filter('largerThan', 1, 'big'), /^Filter "Larger Than"/],
  ['line break in a filter', filter('subject', 'x', 'x\r\nA1 LOGOUT'), /^Filter "Subject": .*line break/],
  [
    'line break in the folder',
    inMailbox({ folder: V }, 'INBOX', 'INBOX\r\nA1 LOGOUT'),
    /^Folder: .*line break/,
  ],
  ['unknown folder', inMailbox({ folder: V }, 'INBOX', 'No/Such'), /^There is no folder "No\/Such"/],
  ['empty folder', inMailbox({ folder: V }, 'INBOX', ''), /^There is no folder ""|^Folder: it is empty/],
  [
    'empty message id',
    () => [...CONNECTED(), give('Items', [{ v: ' ' }, { v: ' ' }]), get('Get', V)],
    /^Message ID: it is empty/,
  ],
])('Mailbox refuses: %s', async (what, nodes, message) => {
  const error = await lab().failure(nodes());
  expect(error.name).toBe('NodeOperationError');
  expect(error.message).toMatch(message);
  expect(error.context.itemIndex).toBe(what === 'empty message id' ? 0 : 1);
  expect(lab().commands('LOGOUT').length).toBeLessThanOrEqual(1);
});

const connectWith = (parameters: object, good: unknown, bad: unknown) => ({
  workflow: chain('test', [connect(ALICE, parameters)]),
  items: [{ v: good }, { v: bad }],
});

test.each([
  ['empty session name', connectWith({ sessionName: V }, 'a', ''), /^Session Name: it is empty/, /name/],
  [
    'provider',
    connectWith({ provider: V }, 'other', 'nowhere'),
    /^Provider: "nowhere" is not known/,
    /other/,
  ],
  ['protocol', connectWith({ protocol: V }, 'imap', 'ftp'), /^Protocol: .*"ftp"/, /imap/],
  [
    'authentication',
    connectWith({ authentication: V }, 'basic', 'guess'),
    /^Authentication: .*"guess"/,
    /basic/,
  ],
  [
    'time',
    connectWith({ options: { connectTimeout: V } }, 5, 0),
    /^Connect Timeout \(Seconds\): 0 is not/,
    /seconds/,
  ],
  [
    'text as time',
    connectWith({ options: { idleTimeout: V } }, 5, 'x'),
    /^Idle Timeout \(Seconds\): x is not/,
    /seconds/,
  ],
])('Connect refuses: %s', async (_, options, message, remedy) => {
  const error = await lab().failure(options);
  expect(error).toMatchObject({ name: 'NodeOperationError', level: 'warning', context: { itemIndex: 1 } });
  expect(error.message).toMatch(message);
  expect(error.description).toMatch(remedy);
});

test('a choice that an expression makes is accepted when it is on offer', async () => {
  const parameters = {
    provider: '={{ "other" }}',
    protocol: '={{ "imap" }}',
    authentication: '={{ "basic" }}',
  };
  const run = await lab().run([connect(BOB, parameters), mailbox('Read')]);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(BOB));
});

test('Disconnect refuses an empty session name', async () => {
  const error = await lab().failure([connect(ALICE), disconnect({ sessionName: '={{ "" }}' })]);
  expect(error.message).toBe('Session Name: it is empty');
});

test('a wrong password fails in Connect, not later', async () => {
  const run = await lab().run([connect(WRONG), mailbox('Read')]);
  expect(run.data.resultData.lastNodeExecuted).toBe('Connect');
  expect(run.data.resultData.error?.message).toMatch(/refused the login/);
});

test('empty filters filter nothing', async () => {
  const filters = { from: '', subject: ' ', receivedAfter: '', body: '' };
  const run = await lab().run([connect(ALICE), mailbox('Read', { filters })]);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
});

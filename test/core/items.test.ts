import { expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { ALICE, WRONG, expectSuccess, itemsOf, subjects, subjectsOf, useLab } from './lab';
import { connect, get, give, mailbox, pass } from './nodes';

const lab = useLab();
const GO_ON = { onError: 'continueRegularOutput' };

const summaryFetches = () =>
  lab()
    .commands('FETCH')
    .filter((command) => /HEADER\.FIELDS/.test(command));

async function idsOf(folder: string, limit = 50): Promise<string[]> {
  const run = await lab().run([connect(ALICE), mailbox('List', { folder, limit })]);
  return itemsOf(run, 'List').map(({ json }) => String(json.id));
}

test('items that name three sessions open three connections', async () => {
  const names = ['a', 'b', 'a', 'c', 'b', 'a'];
  const run = await lab().run({
    nodes: [
      connect(ALICE, { sessionName: '={{ $json.wanted }}' }),
      mailbox('Read', { sessionName: '={{ $json.session.name }}', limit: 1 }),
    ],
    items: names.map((wanted) => ({ wanted })),
  });
  expectSuccess(run);
  expect(itemsOf(run, 'Connect').map(({ json }) => (json.session as { name: string }).name)).toEqual(names);
  expect(subjects(run, 'Read')).toHaveLength(names.length);
  expect(lab().wire.opened).toBe(3);
  expect(lab().logins).toBe(3);
});

test('every output item is paired with the input item that it came from', async () => {
  const run = await lab().run({
    nodes: [
      pass('Start'),
      connect(ALICE),
      mailbox('Read', { limit: '={{ $("Start").item.json.limit }}' }),
      get('Get', '={{ $json.id }}'),
    ],
    items: [{ limit: 2 }, { limit: 1 }, { limit: 3 }],
  });
  expectSuccess(run);
  const pairs = (node: string) => itemsOf(run, node).map(({ pairedItem }) => pairedItem);
  const items = (...numbers: number[]) => numbers.map((item) => ({ item }));
  expect(pairs('Connect')).toEqual(items(0, 1, 2));
  expect(pairs('Read')).toEqual(items(0, 0, 1, 2, 2, 2));
  expect(pairs('Get')).toEqual(items(0, 1, 2, 3, 4, 5));
  const [third, second, first] = subjectsOf(ALICE);
  expect(subjects(run, 'Get')).toEqual([third, second, third, third, second, first]);
});

test('one bad item of Connect does not affect the others where the node continues on errors', async () => {
  const run = await lab().run({
    nodes: [
      connect(ALICE, { sessionName: '={{ $json.wanted }}' }, GO_ON),
      mailbox('Read', { sessionName: '={{ $json.session?.name ?? "none" }}', limit: 1 }, GO_ON),
    ],
    items: [{ wanted: 'a' }, { wanted: '' }, { wanted: 'b' }],
  });
  expect(run.status).toBe('success');
  const connected = itemsOf(run, 'Connect');
  expect(connected.map(({ json }) => Boolean(json.session))).toEqual([true, false, true]);
  expect(connected[1]).toMatchObject({
    json: { error: 'Session Name: it is empty' },
    pairedItem: { item: 1 },
  });
  const read = itemsOf(run, 'Read');
  expect(read.map(({ json }) => json.subject)).toEqual([
    subjectsOf(ALICE)[0],
    undefined,
    subjectsOf(ALICE)[0],
  ]);
  expect(read[1]?.json.error).toMatch(/"none"/);
});

test('failed items leave by the error output where the node has one', async () => {
  const run = await lab().run({
    nodes: [connect(ALICE, { sessionName: '={{ $json.wanted }}' }, { onError: 'continueErrorOutput' })],
    items: [{ wanted: 'a' }, { wanted: '' }, { wanted: 'b' }],
  });
  expect(run.status).toBe('success');
  const [good = [], bad = []] = run.data.resultData.runData.Connect?.at(-1)?.data?.main ?? [];
  expect(good?.map(({ json }) => (json.session as { name: string }).name)).toEqual(['a', 'b']);
  expect(bad?.map(({ json }) => json.error)).toEqual(['Session Name: it is empty']);
});

test('Get gives each bad id its own error and the others their messages', async () => {
  const [third = '', second = '', first = ''] = await idsOf('INBOX');
  const gone = first.replace(/UID=\d+$/, 'UID=4000');
  const ids = [first, 'nonsense', third, gone, '', second, first];
  const run = await lab().run([
    connect(ALICE),
    give(
      'Ids',
      ids.map((id) => ({ id })),
    ),
    get('Get', '={{ $json.id }}', {}, GO_ON),
  ]);
  expect(run.status).toBe('success');
  const got = itemsOf(run, 'Get');
  expect(got.map(({ json }) => json.id ?? json.error)).toEqual([
    first,
    expect.stringMatching(/"nonsense" is not the id of a message/),
    third,
    expect.stringMatching(/UID=4000 no longer exists/),
    'Message ID: it is empty',
    second,
    first,
  ]);
  expect(got.map(({ pairedItem }) => pairedItem)).toEqual(ids.map((_, item) => ({ item })));
  expect(summaryFetches()).toHaveLength(2);
});

test('Get stops at the bad id, and says which item had it, where the node stops at errors', async () => {
  const [, second = ''] = await idsOf('INBOX');
  const ids = [second, 'nonsense'];
  const error = await lab().failure([
    connect(ALICE),
    give(
      'Ids',
      ids.map((id) => ({ id })),
    ),
    get('Get', '={{ $json.id }}'),
  ]);
  expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 1 } });
});

test('50 items are got with one FETCH for the envelopes and one for the bodies', async () => {
  const raw = Array.from({ length: 60 }, (_, index) =>
    mail({ subject: `n ${index}`, text: `body ${index}` }),
  );
  lab().deliver(ALICE, 'Fifty', raw);
  const ids = await idsOf('Fifty');
  expect(ids).toHaveLength(50);
  const before = lab().wire.commands.length;
  const run = await lab().run([
    connect(ALICE),
    give(
      'Ids',
      ids.map((id) => ({ id })),
    ),
    get('Get', '={{ $json.id }}'),
  ]);
  expectSuccess(run);
  const got = itemsOf(run, 'Get');
  expect(got.map(({ json }) => json.subject)).toEqual(ids.map((_, index) => `n ${59 - index}`));
  expect(got.map(({ json }) => String(json.text).trim())).toEqual(
    ids.map((_, index) => `body ${59 - index}`),
  );
  const fetches = lab()
    .wire.commands.slice(before)
    .filter((command) => command.includes('FETCH'));
  expect(fetches.filter((command) => command.includes('HEADER.FIELDS'))).toHaveLength(1);
  expect(fetches).toHaveLength(2);
});

test('Get works for items that name two different sessions', async () => {
  const [third = '', second = ''] = await idsOf('INBOX');
  const wanted = [
    { session: 'a', id: second },
    { session: 'b', id: third },
    { session: 'a', id: third },
  ];
  const run = await lab().run({
    nodes: [
      pass('Start'),
      connect(ALICE, { sessionName: '={{ $json.session }}' }),
      give('Ids', wanted),
      get('Get', '={{ $json.id }}', { sessionName: '={{ $json.session }}' }),
    ],
    items: [{ session: 'a' }, { session: 'b' }],
  });
  expectSuccess(run);
  expect(itemsOf(run, 'Get').map(({ json }) => json.id)).toEqual([second, third, third]);
});

test('a password that the server refused is not tried again for each item', async () => {
  const run = await lab().run([
    connect(WRONG, {}, GO_ON),
    give('Three', [{}, {}, {}]),
    mailbox('Read', {}, GO_ON),
  ]);
  expectSuccess(run);
  const errors = itemsOf(run, 'Read').map(({ json }) => json.error);
  expect(errors).toHaveLength(3);
  for (const error of errors) expect(error).toMatch(/refused the login/);
  expect(lab().wire.opened).toBe(1);
});

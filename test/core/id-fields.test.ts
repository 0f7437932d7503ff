import { describe, expect, test } from 'vitest';

import { ALICE, expectSuccess, itemsOf, subjectsOf, useLab } from './lab';
import { connect, give, mailbox } from './nodes';

// Message ID and Draft ID of version 2: a choice with its mode, as the editor saves it, or a text.

const lab = useLab();

const byId = (value: unknown) => ({ __rl: true, mode: 'id', value });
const fromList = (value: unknown) => ({ __rl: true, mode: 'list', value, cachedResultName: 'A message' });

const step = (name: string, resource: string, operation: string, parameters: object = {}) =>
  mailbox(name, { resource, operation, ...parameters }, { typeVersion: 2 });

/** Alice's messages, newest first. */
async function ids(): Promise<string[]> {
  const run = await lab().run([connect(ALICE), step('List', 'message', 'getMany')]);
  return itemsOf(run, 'List').map(({ json }) => String(json.id));
}

const FORMS: Array<[string, object]> = [
  ['nothing saved', {}],
  ['a text', { messageId: '={{ $json.id }}' }],
  ['a choice by id', { messageId: byId('={{ $json.id }}') }],
  ['an expression in the list', { messageId: fromList('={{ $json.id }}') }],
];

describe.each(FORMS)('each item names its message: %s', (_, messageId) => {
  test('in Get and Get Thread', async () => {
    for (const operation of ['get', 'getThread']) {
      const list = step('List', 'message', 'getMany');
      const run = await lab().run([connect(ALICE), list, step('Work', 'message', operation, messageId)]);
      expectSuccess(run);
      expect(itemsOf(run, 'Work').map(({ json }) => json.subject)).toEqual(subjectsOf(ALICE));
    }
  });

  test('in a change of many, and in Reply', async () => {
    const work = [
      step('Mark', 'message', 'mark', { ...messageId, readState: 'yes' }),
      step('Reply', 'message', 'reply', {
        ...{ ...messageId, saveAsDraft: true, emailFormat: 'text', text: 'Well' },
        options: { subject: '={{ "Re: " + $("List").item.json.subject }}' },
      }),
    ];
    const run = await lab().run([connect(ALICE), step('List', 'message', 'getMany'), ...work]);
    expectSuccess(run);
    const listed = itemsOf(run, 'List').map(({ json }) => json.id);
    expect(itemsOf(run, 'Mark').map(({ json }) => json.id)).toEqual(listed);
    expect(itemsOf(run, 'Reply').map(({ json }) => json.originalId)).toEqual(listed);
  });
});

test('a message chosen from the list is the same for every item', async () => {
  const [, second] = await ids();
  const get = step('Get', 'message', 'get', { messageId: fromList(second) });
  const run = await lab().run([connect(ALICE), give('Items', [{}, {}]), get]);
  expectSuccess(run);
  expect(itemsOf(run, 'Get').map(({ json }) => json.id)).toEqual([second, second]);
});

test.each<[string, (value: string) => unknown]>([
  ['a text', (value) => value],
  ['a choice by id', byId],
])('an expression may give a list of ids: %s', async (_, field) => {
  const all = await ids();
  const lists = give('Lists', [{ ids: all.slice(0, 2) }, { ids: JSON.stringify(all.slice(2)) }]);
  const parameters = { messageId: field('={{ $json.ids }}'), readState: 'yes' };
  const run = await lab().run([connect(ALICE), lists, step('Mark', 'message', 'mark', parameters)]);
  expectSuccess(run);
  expect(itemsOf(run, 'Mark').map(({ json }) => json.id)).toEqual(all);
});

test.each<[string, (value: string) => unknown]>([
  ['a text', (value) => value],
  ['a choice by id', byId],
  ['a choice from the list', fromList],
])('an empty id is refused by the name of its field: %s', async (_, field) => {
  const cases: Array<[string, string, object, string]> = [
    ['message', 'get', { messageId: field('={{ $json.nothing }}') }, 'Message ID'],
    ['message', 'move', { messageId: field('={{ $json.nothing }}'), destination: 'Trash' }, 'Message ID'],
    ['message', 'getThread', { messageId: field('={{ " " }}') }, 'Message ID'],
    ['draft', 'get', { draftId: field('={{ $json.nothing }}') }, 'Draft ID'],
    ['draft', 'delete', { draftId: field('={{ [] }}') }, 'Draft ID'],
  ];
  for (const [resource, operation, parameters, name] of cases) {
    const error = await lab().failure([connect(ALICE), step('Work', resource, operation, parameters)]);
    expect(error.message).toBe(`${name}: it is empty`);
  }
});

test('a draft is named in the same ways', async () => {
  const create = step('Create', 'draft', 'create', {
    subject: '={{ $json.subject }}',
    emailFormat: 'text',
    text: 'x',
  });
  const two = give('Two', [{ subject: 'One' }, { subject: 'Two' }]);
  for (const draftId of ['={{ $json.id }}', byId('={{ $json.id }}')]) {
    const run = await lab().run([
      ...[connect(ALICE), two, create],
      ...[step('Get', 'draft', 'get', { draftId }), step('Delete', 'draft', 'delete', { draftId })],
    ]);
    expectSuccess(run);
    const listed = itemsOf(run, 'Create').map(({ json }) => json.id);
    expect(listed).toHaveLength(2);
    expect(itemsOf(run, 'Get').map(({ json }) => json.id)).toEqual(listed);
    expect(itemsOf(run, 'Delete').map(({ json }) => json.previousId)).toEqual(listed);
  }
});

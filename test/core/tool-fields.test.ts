import type { INodeType } from 'n8n-workflow';
import { beforeEach, describe, expect, test } from 'vitest';

import { TOOL_LENGTH } from '../../nodes/EmailMailbox/actions/message/output-fields';
import { mail } from '../servers/mailbox';
import { node } from '../servers/workflow';
import { n8nRequire } from './engine';
import { ALICE, BOB, expectSuccess, itemsOf, useLab } from './lab';
import { connect, get, give, mailbox, onlyFirst } from './nodes';

/*
 * What an AI agent can do with Email Mailbox, and what it cannot. Its call reaches the node as an item with the arguments;
 * n8n makes the type of the tool out of the node (packages/cli/src/tool-generation/ai-tools.ts).
 */

const lab = useLab();
const TOOL = 'n8n-nodes-email-session.emailMailboxTool';

interface Workflow {
  NodeHelpers: { displayParameter(...given: unknown[]): boolean };
}

/** n8n 1.85 shows a tool the fields of an ordinary node. */
const knowsTools = (n8nRequire('n8n-workflow') as Workflow).NodeHelpers.displayParameter(
  {},
  { displayOptions: { show: { '@tool': [true] } } },
  { typeVersion: 2 },
  { name: 'emailMailboxTool' },
);

beforeEach(() => {
  const plain = lab().nodeTypes['n8n-nodes-email-session.emailMailbox']!;
  const description = { ...plain.description, name: 'emailMailboxTool' };
  lab().nodeTypes[TOOL] = { description, execute: plain.execute } as INodeType;
});

const tool = (parameters: object, extras: object = {}) => ({
  ...node('Tool', TOOL, { resource: 'message', operation: 'get', ...parameters }),
  ...{ typeVersion: 2, ...extras },
});

/** Email Connect, and a call of the model with these arguments. */
const called = (args: object, parameters: object, extras?: object) => [
  connect(ALICE),
  give('Call', [args]),
  tool(parameters, extras),
];

async function ids(): Promise<string[]> {
  const run = await lab().run([connect(ALICE), mailbox('List')]);
  return itemsOf(run, 'List').map(({ json }) => String(json.id));
}

describe('a tool', () => {
  test.runIf(knowsTools)(
    'gets the id that the model gives under its name, whatever else it sends',
    async () => {
      const [first, second] = await ids();
      const run = await lab().run(called({ Message_ID: second, id: first }, {}));
      expectSuccess(run);
      // As Markdown, without what a sender hides from people.
      expect(itemsOf(run, 'Tool')[0]?.json).toMatchObject({
        id: second,
        markdown: expect.stringMatching(/\S/),
      });
    },
  );

  test('of version 1 keeps the id of the item', async () => {
    const [first] = await ids();
    const run = await lab().run(called({ id: first }, {}, { typeVersion: 1 }));
    expectSuccess(run);
    expect(itemsOf(run, 'Tool')[0]?.json).toMatchObject({ id: first, html: '' });
  });

  test.runIf(knowsTools)('takes several ids as a list in JSON', async () => {
    const some = (await ids()).slice(0, 2);
    const parameters = { operation: 'mark', select: 'id', readState: 'yes' };
    const run = await lab().run(called({ Message_ID: JSON.stringify(some) }, parameters));
    expectSuccess(run);
    expect(itemsOf(run, 'Tool').map(({ json }) => json.id)).toEqual(some);
  });

  test('tells the remedy in the message, because the model gets nothing else', async () => {
    const error = await lab().failure(called({ Message_ID: '' }, {}));
    expect(error.message).toBe('Message ID: it is empty. Use the field "id" of a message from Get Many.');
    const plain = await lab().failure([connect(ALICE), get('Get', '={{ "" }}')]);
    expect(plain.message).toBe('Message ID: it is empty');
    const run = await lab().run(called({ Message_ID: 'x' }, {}, { onError: 'continueRegularOutput' }));
    expect(itemsOf(run, 'Tool')[0]?.json.error).toMatch(/\. \S.*\.$/);
  });

  test('says that it cannot hand on files', async () => {
    const attachments = [{ filename: 'a.pdf', contentType: 'application/pdf', content: 'PDF' }];
    lab().deliver(ALICE, 'Files', [{ raw: mail({ subject: 'Files', text: 'See', attachments }) }]);
    const read = { operation: 'getMany', folder: 'Files', options: { downloadAttachments: true } };
    const run = await lab().run(called({}, read));
    expectSuccess(run);
    const [item] = itemsOf(run, 'Tool');
    expect(item).not.toHaveProperty('binary');
    expect(item?.json.note).toBe('1 file was downloaded, but a tool cannot hand on files');
    const ordinary = await lab().run([connect(ALICE), mailbox('Read', read)]);
    expect(itemsOf(ordinary, 'Read')[0]).toHaveProperty('binary');
    expect(itemsOf(ordinary, 'Read')[0]?.json).not.toHaveProperty('note');
  });

  test('gives a body of a length that a model can read, unless another is set', async () => {
    lab().deliver(ALICE, 'Long', [{ raw: mail({ subject: 'Long', text: 'word '.repeat(5000) }) }]);
    const read = { operation: 'getMany', folder: 'Long', body: 'text' };
    const lengthOf = async (options: object) => {
      const run = await lab().run(called({}, { ...read, options }));
      return String(itemsOf(run, 'Tool')[0]?.json.text).length;
    };
    expect(await lengthOf({})).toBe(TOOL_LENGTH);
    expect(await lengthOf({ maxLength: 100 })).toBe(100);
    const run = await lab().run([connect(ALICE), { ...mailbox('Read', read), typeVersion: 2 }]);
    expect(String(itemsOf(run, 'Read')[0]?.json.text).length).toBeGreaterThan(20_000);
  });

  test.each([
    ...['={{ $json.session }}', "={{ $fromAI('Session', ``, 'string') }}", '={{ $input.item.json.s }}'],
    ...['={{ $items()[0].json.s }}', '={{ $parameter.options.s }}'],
  ])('does not let the model choose the session by %s', async (sessionName) => {
    const names = { session: 'Other', Session: 'Other', s: 'Other' };
    const bob = connect(BOB, { sessionName: 'Other' });
    const nodes = [
      { ...bob, name: 'Bob' },
      onlyFirst('One'),
      ...called(names, { operation: 'getMany', sessionName }),
    ];
    const error = await lab().failure(nodes);
    expect(error.message).toMatch(/^Session Name: an AI agent could choose it/);
  });

  test('may name the session by the item of another node', async () => {
    const sessionName = '={{ $("Connect").item.json.session.name }}';
    const run = await lab().run([
      { ...connect(ALICE), typeVersion: 2 },
      tool({ operation: 'getMany', sessionName }),
    ]);
    expectSuccess(run);
    expect(itemsOf(run, 'Tool')).toHaveLength(3);
  });
});

test('an ordinary node takes the id of its item', async () => {
  const run = await lab().run([
    connect(ALICE),
    mailbox('List'),
    onlyFirst('One'),
    { ...mailbox('Get', { operation: 'get' }), typeVersion: 2 },
  ]);
  expectSuccess(run);
  expect(itemsOf(run, 'Get')[0]?.json.id).toBe(itemsOf(run, 'One')[0]?.json.id);
});

test('an agent neither opens nor closes sessions', () => {
  for (const [name, usable] of Object.entries({
    emailMailbox: true,
    emailConnect: undefined,
    emailDisconnect: undefined,
  })) {
    expect(lab().nodeTypes[`n8n-nodes-email-session.${name}`]?.description.usableAsTool, name).toBe(usable);
  }
});

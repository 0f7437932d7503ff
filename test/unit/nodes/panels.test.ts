import {
  NodeHelpers,
  Workflow,
  type INode,
  type INodeParameters,
  type INodeProperties,
  type INodePropertyCollection,
  type INodeType,
  type INodeTypes,
} from 'n8n-workflow';
import { beforeAll, describe, expect, it, test } from 'vitest';

import { EmailConnect } from '../../../nodes/EmailConnect/EmailConnect.node';
import { EmailDisconnect } from '../../../nodes/EmailDisconnect/EmailDisconnect.node';
import { EmailMailbox } from '../../../nodes/EmailMailbox/EmailMailbox.node';
import { EmailTrigger } from '../../../nodes/EmailTrigger/EmailTrigger.node';
import { credentialTypes, loadCredential } from '../../../scripts/docs/generate';

const NODES: Readonly<Record<string, INodeType>> = {
  emailConnect: new EmailConnect(),
  emailDisconnect: new EmailDisconnect(),
  emailMailbox: new EmailMailbox(),
  emailTrigger: new EmailTrigger(),
};

/** A field with those inside it: options of a collection, rows, ways to fill a resource locator. */
const withInner = (field: INodeProperties): INodeProperties[] => [
  field,
  ...((field.options ?? []) as Array<INodeProperties | INodePropertyCollection>).flatMap((option) =>
    'values' in option ? option.values.flatMap(withInner) : 'type' in option ? withInner(option) : [],
  ),
  ...((field.modes ?? []) as unknown as INodeProperties[]),
];

const nodeFields = Object.values(NODES).flatMap(({ description }) =>
  description.properties.flatMap(withInner),
);
describe('the words of the panels', () => {
  let fields: INodeProperties[];
  beforeAll(async () => {
    const credentials = await Promise.all(credentialTypes.map(loadCredential));
    fields = [...nodeFields, ...credentials.flatMap(({ properties }) => properties.flatMap(withInner))];
  });

  it('a placeholder begins with "e.g.", or says what to do', () => {
    const others = fields
      .map(({ placeholder }) => placeholder)
      .filter((text) => text && !/^(e\.g\. \S|Add \w|Choose \w+ \w+\.\.\.$)/.test(text));
    expect(others).toEqual([]);
  });

  it('the name of a field for a time ends with the unit', () => {
    const times = fields.filter(
      ({ type, displayName }) =>
        type === 'number' && /\b(timeout|every|for|wait)\b/i.test(displayName) && displayName !== 'Limit',
    );
    expect(times.length).toBeGreaterThan(4);
    expect(
      times.map(({ displayName }) => displayName).filter((name) => !name.endsWith(' (Seconds)')),
    ).toEqual([]);
  });

  it('who deletes for good is warned in the same words, in Message and in Folder', () => {
    const warnings = new EmailMailbox().description.properties
      .filter(({ type, displayName }) => type === 'notice' && /permanently/.test(displayName))
      .map(({ displayOptions, displayName }) => [
        `${String(displayOptions?.show?.resource)}:${String(displayOptions?.show?.operation)}`,
        displayName,
      ]);
    const byOperation = Object.fromEntries(warnings) as Record<string, string>;
    expect(byOperation['message:delete']).toBeDefined();
    expect(byOperation['folder:empty']).toBe(byOperation['message:delete']);
    expect(byOperation['folder:delete']).toBe(byOperation['message:delete']);
  });
});

/** What the canvas shows below the node's name. */
function subtitleOf(type: string, typeVersion: number, parameters: object): unknown {
  const nodeTypes = { getByNameAndVersion: () => NODES[type] } as unknown as INodeTypes;
  const node = { id: '1', name: 'It', type, typeVersion, position: [0, 0], parameters } as unknown as INode;
  const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
  const { subtitle } = NODES[type]!.description;
  return workflow.expression.getSimpleParameterValue(
    workflow.getNode('It')!,
    String(subtitle),
    'internal',
    {},
  );
}

const FROM_LIST = { __rl: true, mode: 'list', value: 'Sales', cachedResultName: 'Sales – ada@example.test' };

test.each<[string, string, number, object, string]>([
  ['a new Mailbox', 'emailMailbox', 2, {}, 'Get Many: Message'],
  ['a chosen session', 'emailMailbox', 2, { sessionName: FROM_LIST }, 'Sales · Get Many: Message'],
  [
    'another operation',
    'emailMailbox',
    2,
    { sessionName: FROM_LIST, resource: 'folder', operation: 'getQuota' },
    'Sales · Get Quota: Folder',
  ],
  ['version 1', 'emailMailbox', 1, { sessionName: 'Sales' }, 'Sales · Get Many: Message'],
  ['Disconnect', 'emailDisconnect', 2, { sessionName: FROM_LIST }, 'Sales'],
  ['Connect', 'emailConnect', 2, { sessionName: 'Sales' }, 'Sales · IMAP'],
  ['Connect with Graph', 'emailConnect', 2, { provider: 'outlook', protocol: 'graph' }, 'Microsoft Graph'],
  ['the trigger', 'emailTrigger', 2, { provider: 'gmail', protocol: 'pop3' }, 'POP3'],
])('the canvas shows the session and the work: %s', (_, type, version, parameters, shown) => {
  expect(subtitleOf(type, version, parameters)).toBe(shown);
});

describe('To', () => {
  const { description } = new EmailMailbox();
  const REQUIRED = { parameters: { toEmail: ['Parameter "To" is required.'] } };

  /** How many of the fields the editor shows, what n8n hands to the node, and what the editor complains of. */
  function look(typeVersion: number, operation: string, more: INodeParameters) {
    const parameters: INodeParameters = { resource: 'message', operation, message: 'Well?', ...more };
    const place: [number, number] = [0, 0];
    const node: INode = {
      id: '1',
      name: 'It',
      type: 'emailMailbox',
      typeVersion,
      position: place,
      parameters,
    };
    const { properties } = description;
    const all = NodeHelpers.getNodeParameters(properties, parameters, true, false, node, description)!;
    const shown = properties.filter(
      (field) => field.name === 'toEmail' && NodeHelpers.displayParameter(all, field, node, description),
    );
    const complaint = NodeHelpers.getNodeParametersIssues(
      properties,
      { ...node, parameters: all },
      description,
    );
    return { shown: shown.length, to: all.toEmail, complaint };
  }

  const ADA = 'ada@example.test';
  const cases: Array<[string, INodeParameters, boolean]> = [
    ['nobody', {}, true],
    ['an option that is empty', { options: { bccEmail: '' } }, true],
    ['a recipient', { toEmail: ADA }, false],
    ['BCC alone', { options: { bccEmail: ADA } }, false],
    ['BCC from an expression', { options: { bccEmail: '={{ 1 }}', ccEmail: '={{ 1 }}' } }, false],
    ['all three', { toEmail: '={{ 1 }}', options: { ccEmail: ADA, bccEmail: ADA } }, false],
  ];
  const operations = ['send', 'sendAndWait'].flatMap((operation) =>
    cases.map(([name, more, isMissed]) => [operation, name, more, isMissed] as const),
  );

  test.each(operations)('of %s is marked unless BCC can be the recipient: %s', (...row) => {
    const [operation, , more, isMissed] = row;
    const found = look(2, operation, more);
    expect(found).toEqual({ shown: 1, to: more.toEmail ?? '', complaint: isMissed ? REQUIRED : null });
  });

  test.each(cases)('of Send is not marked in version 1: %s', (_, more) => {
    expect(look(1, 'send', more)).toEqual({ shown: 1, to: more.toEmail ?? '', complaint: null });
  });

  test.each([
    [false, REQUIRED],
    [true, null],
    ['={{ $json.unsure }}', null],
  ])('of a forward is marked unless it is, or may be, a draft: %s', (saveAsDraft, complaint) => {
    for (const version of [1, 2]) {
      const found = look(version, 'forward', { saveAsDraft, options: { bccEmail: '={{ 1 }}' } });
      expect(found).toEqual({ shown: 1, to: '', complaint });
    }
  });
});

test('a reply that is saved as a draft has no copy in the sent folder', () => {
  const { description } = new EmailMailbox();
  const optionsOf = (saveAsDraft: boolean | string) => {
    const options = { saveToSent: 'always', subject: 'Hello' };
    const parameters = { resource: 'message', operation: 'reply', saveAsDraft, options };
    const node = { typeVersion: 2 };
    return NodeHelpers.getNodeParameters(description.properties, parameters, true, false, node, description)!
      .options;
  };
  expect(optionsOf(true)).toEqual({ subject: 'Hello' });
  expect(optionsOf(false)).toEqual({ saveToSent: 'always', subject: 'Hello' });
  expect(optionsOf('={{ $json.unsure }}')).toEqual({ saveToSent: 'always', subject: 'Hello' });
});

test.each([false, true])(
  'fields of one name have one type, because the editor keeps a value when the operation changes; as a tool: %s',
  (isTool) => {
    const types = new Map<string, Set<string>>();
    for (const { name, type, displayOptions } of new EmailMailbox().description.properties) {
      const { show, hide } = displayOptions ?? {};
      if (show?.['@version']?.[0] === 1) continue;
      if ((isTool ? hide : show)?.['@tool']) continue;
      types.set(name, (types.get(name) ?? new Set()).add(type));
    }
    expect(types.size).toBeGreaterThan(20);
    expect([...types].filter(([, { size }]) => size > 1)).toEqual([]);
  },
);

describe('the id of a message or draft', () => {
  const { description } = new EmailMailbox();
  const FIELDS: Array<[resource: string, operation: string, name: string, list: string]> = [
    ['message', 'get', 'messageId', 'searchMessages'],
    ['message', 'move', 'messageId', 'searchMessages'],
    ['message', 'reply', 'messageId', 'searchMessages'],
    ['attachment', 'download', 'messageId', 'searchMessages'],
    ['draft', 'send', 'draftId', 'searchDrafts'],
    ['draft', 'delete', 'draftId', 'searchDrafts'],
  ];

  /** What the editor shows of the field, and what n8n hands to the node. */
  function look(
    row: (typeof FIELDS)[number],
    typeVersion: number,
    isTool: boolean,
    saved: INodeParameters = {},
  ) {
    const [resource, operation, name] = row;
    const node = { typeVersion };
    const type = { ...description, name: isTool ? 'emailMailboxTool' : 'emailMailbox' };
    const given: INodeParameters = { resource, operation, ...saved };
    const all = NodeHelpers.getNodeParameters(type.properties, given, true, false, node, type)!;
    const shown = type.properties.filter(
      (field) => field.name === name && NodeHelpers.displayParameter(all, field, node, type),
    );
    return { all, value: all[name], types: shown.map((field) => field.type), field: shown[0]! };
  }

  test.each(FIELDS)('is chosen by id or from a list: %s %s', (...row) => {
    const { value, types, field } = look(row, 2, false);
    expect(types).toEqual(['resourceLocator']);
    expect(value).toEqual({ __rl: true, mode: 'id', value: '={{ $json.id }}' });
    expect(field.modes?.map(({ name }) => name)).toEqual(['id', 'list']);
    expect(field.modes?.[1]?.typeOptions?.searchListMethod).toBe(row[3]);
    expect(Object.keys(new EmailMailbox().methods.listSearch)).toContain(row[3]);
  });

  test.each(FIELDS)('is a text in version 1, and as a tool: %s %s', (...row) => {
    for (const isTool of [false, true]) {
      expect(look(row, 1, isTool)).toMatchObject({ types: ['string'], value: '={{ $json.id }}' });
    }
    const tool = look(row, 2, true);
    expect(tool).toMatchObject({ types: ['string'], value: expect.stringContaining('$fromAI') as string });
  });

  test.each(FIELDS)('keeps a text that was saved before the list: %s %s', (...row) => {
    const node = {
      id: '1',
      name: 'It',
      type: 'emailMailbox',
      typeVersion: 2,
      position: [0, 0] as [number, number],
    };
    const [, , name] = row;
    const complaints = (saved: string) =>
      NodeHelpers.getNodeParametersIssues(
        description.properties,
        { ...node, parameters: look(row, 2, false, { [name]: saved }).all },
        description,
      )?.parameters?.[name];
    for (const saved of ['an id', '={{ $json.id }}']) {
      expect(look(row, 2, false, { [name]: saved }).value).toBe(saved);
      expect(complaints(saved)).toBeUndefined();
    }
    expect(complaints('')).toHaveLength(1);
  });
});

test('Connect and Disconnect are no tools of an AI agent', () => {
  const tools = Object.entries(NODES).filter(([, { description }]) => description.usableAsTool);
  expect(tools.map(([name]) => name)).toEqual(['emailMailbox']);
});

// The editor shows any other as a text field, without its list.
test('a way to fill a field that has a list has the name that the editor asks for', () => {
  const modes = nodeFields.flatMap((field) => field.modes ?? []);
  expect(modes.length).toBeGreaterThan(5);
  expect(modes.filter(({ type, name }) => (type === 'list') !== (name === 'list'))).toEqual([]);
});

test('a folder is picked from the list first, and the inbox is shown as that', () => {
  const folders = new EmailMailbox().description.properties.filter(
    ({ modes }) => modes?.[0]?.typeOptions?.searchListMethod === 'searchFolders',
  );
  expect(folders.length).toBeGreaterThan(5);
  for (const { default: preset, modes } of folders) {
    expect(preset).toMatchObject({ mode: 'list' });
    expect(modes?.[0]?.name).toBe('list');
    const { value, cachedResultName } = preset as { value: string; cachedResultName?: string };
    expect(cachedResultName).toBe(
      value === 'INBOX' ? 'Inbox' : value === '' ? undefined : expect.any(String),
    );
  }
});

import {
  Workflow,
  type INode,
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

test('To is marked where a message is sent and not saved as a draft', () => {
  const marked = new EmailMailbox().description.properties
    .filter(({ name, required }) => name === 'toEmail' && required)
    .map(({ displayOptions }) => displayOptions?.show?.operation?.[0]);
  expect(marked.sort()).toEqual(['send']);
});

test('Connect and Disconnect are no tools of an AI agent', () => {
  const tools = Object.entries(NODES).filter(([, { description }]) => description.usableAsTool);
  expect(tools.map(([name]) => name)).toEqual(['emailMailbox']);
});

test('a folder is picked from the list first, and the inbox is shown as that', () => {
  const folders = new EmailMailbox().description.properties.filter(
    ({ type, name }) => type === 'resourceLocator' && name !== 'sessionName',
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

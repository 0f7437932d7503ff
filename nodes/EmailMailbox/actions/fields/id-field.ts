import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { inVersion1, sinceVersion2 } from '../../../shared/versions';

interface IdField {
  displayName: string;
  name: string;
  description: string;
  placeholder: string;
  /** The field of an item that gives it; `id` if absent. */
  output?: string;
  /** What an AI agent is told about the value. */
  forModel: string;
  /** The list to choose from, and what it shows. Without it, the field is a text. */
  list?: { method: string; placeholder: string };
}

/**
 * The id of something that an item names. In a workflow it comes from the item. As a tool it comes from the model, under a
 * name of its own: `$json` would be the agent's item, overlaid with whatever the model sends, declared or not.
 *
 * Since version 2, a person can also choose it from a list. A text that is saved there still counts: see `readIds`.
 *
 * An n8n without `@tool` shows the first (n8n 1.85.3, node-helpers.ts: an unknown key has no value, so `hide` does not
 * apply). Version 1 keeps what it had, also as a tool.
 *
 * @returns the same field three times; exactly one is shown
 */
export function idField({ forModel, output = 'id', list, ...field }: IdField): INodeProperties[] {
  const ofItem: INodeProperties = {
    ...field,
    type: 'string',
    default: `={{ $json.${output} }}`,
    required: true,
  };
  const key = field.displayName.replace(/\W/g, '_');
  const ofModel = `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`${forModel}\`, 'string') }}`;
  return [
    ...updateDisplayOptions(
      { hide: { '@tool': [true] } },
      sinceVersion2([list ? withList(ofItem, list) : ofItem]),
    ),
    ...inVersion1([ofItem]),
    ...updateDisplayOptions({ show: { '@tool': [true] } }, sinceVersion2([{ ...ofItem, default: ofModel }])),
  ];
}

/** By ID comes first, because in a workflow the id nearly always comes from the item. */
const withList = (
  { placeholder, default: ofItem, ...field }: INodeProperties,
  list: { method: string; placeholder: string },
): INodeProperties => ({
  ...field,
  type: 'resourceLocator',
  default: { mode: 'id', value: ofItem as string },
  modes: [
    { displayName: 'By ID', name: 'id', type: 'string', placeholder },
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: list.placeholder,
      typeOptions: { searchListMethod: list.method, searchable: true },
    },
  ],
});

const MESSAGE = {
  displayName: 'Message ID',
  name: 'messageId',
  placeholder: 'e.g. INBOX;UIDVALIDITY=1700000000/;UID=42',
  forModel: 'The id of a message, exactly as another tool gave it',
  list: { method: 'searchMessages', placeholder: 'Choose a message...' },
};

export const MESSAGE_ID = idField({ ...MESSAGE, description: 'The field "ID" of a message from Get Many' });

export const MESSAGE_IDS = idField({
  ...MESSAGE,
  description: 'The field "ID" of a message from Get Many, or a list of IDs',
});

export const THREAD_ID = idField({
  displayName: 'Thread ID',
  name: 'threadId',
  placeholder: 'e.g. <order-42@example.com>',
  description: 'The field "threadId" of a message from Get Many',
  output: 'threadId',
  forModel: 'The threadId of a message, exactly as another tool gave it',
});

const DRAFT = {
  displayName: 'Draft ID',
  name: 'draftId',
  placeholder: 'e.g. Drafts;UIDVALIDITY=1700000000/;UID=42',
  forModel: 'The id of a draft, exactly as another tool gave it',
  list: { method: 'searchDrafts', placeholder: 'Choose a draft...' },
};

export const DRAFT_ID = idField({ ...DRAFT, description: 'The field "ID" of a draft' });

export const DRAFT_IDS = idField({ ...DRAFT, description: 'The field "ID" of a draft, or a list of IDs' });

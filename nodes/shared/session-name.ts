import type { INodeProperties } from 'n8n-workflow';

import { inVersion1, sinceVersion2 } from './versions';

export const DEFAULT_NAME = 'Default';

/** The same field in every node that opens a session, so that a workflow with one session never has to fill it in. */
export const SESSION_NAME: INodeProperties = {
  displayName: 'Session Name',
  name: 'sessionName',
  type: 'string',
  default: DEFAULT_NAME,
  required: true,
  description: 'Name of the session. Email nodes with the same name share one session.',
};

/** Which session a node uses: one that was seen lately, or any by its name. Version 1 has only the name. */
export const USED_SESSION: readonly INodeProperties[] = [
  ...inVersion1([SESSION_NAME]),
  ...sinceVersion2([
    {
      displayName: 'Session Name',
      name: 'sessionName',
      type: 'resourceLocator',
      default: { mode: 'list', value: DEFAULT_NAME, cachedResultName: DEFAULT_NAME },
      required: true,
      description:
        'The session that Email Connect or Email Trigger opens. The list has those that you opened lately by running such a node.',
      modes: [
        {
          displayName: 'From List',
          name: 'list',
          type: 'list',
          placeholder: 'Choose a session...',
          typeOptions: { searchListMethod: 'searchSessions', searchable: true },
        },
        { displayName: 'By Name', name: 'name', type: 'string', placeholder: `e.g. ${DEFAULT_NAME}` },
      ],
    },
  ]),
];

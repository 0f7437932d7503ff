import type { INodeProperties } from 'n8n-workflow';

import { CONNECTION_FIELDS, CONNECTION_OPTIONS } from '../shared/connection/properties';
import { byName } from '../shared/options';

const IF_NAME_IN_USE: INodeProperties = {
  displayName: 'If Name Is in Use',
  name: 'ifNameInUse',
  type: 'options',
  options: [
    {
      name: 'Error',
      value: 'error',
      description: 'Fail, even if the session has the same settings',
    },
    {
      name: 'Replace',
      value: 'replace',
      description: 'Close the session with this name and open a new one',
    },
    {
      name: 'Reuse if the Same',
      value: 'reuse',
      description: 'Keep the session with this name if its settings are the same, otherwise fail',
    },
  ],
  default: 'reuse',
  description: 'What to do if this run already has an open session with this name',
};

export const properties: INodeProperties[] = [
  ...CONNECTION_FIELDS,
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: byName([...CONNECTION_OPTIONS, IF_NAME_IN_USE]),
  },
];

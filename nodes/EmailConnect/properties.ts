import type { INodeProperties } from 'n8n-workflow';

import { PROTOCOLS, PROVIDERS, type Protocol } from '../../mail/account/providers';
import {
  CONNECTION_OPTIONS,
  DEFAULT_PROVIDER,
  PROVIDER_FIELD,
  connectionFields,
} from '../shared/connection/properties';
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

const anyServer = (protocols: readonly Protocol[]): string =>
  `any ${protocols.map((id) => PROTOCOLS[id].name).join(' or ')} server`;

/**
 * The provider that was picked in the node panel. The panel shows the actions of a field only if it has this name; here
 * they only decide what Provider begins with.
 */
const PICKED: INodeProperties = {
  displayName: 'Picked in the Node Panel',
  name: 'operation',
  type: 'hidden',
  options: PROVIDERS.map(({ id, name, protocols }) => ({
    name,
    value: id,
    action: `Connect to ${id === DEFAULT_PROVIDER ? anyServer(protocols) : name}`,
  })),
  default: DEFAULT_PROVIDER,
};

const PROVIDER_FIELDS = PROVIDERS.map(({ id }) => ({
  ...PROVIDER_FIELD,
  default: id,
  displayOptions: { show: { [PICKED.name]: [id] } },
}));

export const properties: INodeProperties[] = [
  PICKED,
  ...connectionFields(PROVIDER_FIELDS),
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: byName([...CONNECTION_OPTIONS, IF_NAME_IN_USE]),
  },
];

import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import type { Operation } from './operation';

/** Something in a mailbox, with all its operations. */
export interface Resource {
  readonly value: string;
  readonly name: string;
  readonly operations: readonly Operation[];
  /** The operation that is picked first. */
  readonly preset: Operation;
}

/** The fields of the node for a resource: the list of its operations, and the fields of each. */
export const propertiesOf = ({
  value: resource,
  operations,
  preset: { value: first },
}: Resource): INodeProperties[] => [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: [resource] } },
    options: operations.map(({ name, value, action, description }) => ({ name, value, action, description })),
    default: first,
  },
  ...operations.flatMap(({ value: operation, fields }) =>
    updateDisplayOptions({ show: { resource: [resource], operation: [operation] } }, [...fields]),
  ),
];

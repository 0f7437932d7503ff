import type { INodeProperties } from 'n8n-workflow';

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
  preset: { value: first, fields: firstFields },
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
    fields.map((field) => shownFor({ resource: [resource], operation: [operation] }, field)),
  ),
  ...firstFields
    .filter(({ type }) => type === 'options')
    .map((field) => withoutOperation(resource, operations, field)),
];

/**
 * A choice of the operation that is picked first, once more for the moment in which there is no operation. When the resource
 * is changed, the editor takes the operation away, then each value that a field shown by then does not offer, and only then
 * picks the first operation. Without this, a value of another resource's field with the same name would stay, in red.
 */
const withoutOperation = (
  resource: string,
  operations: readonly Operation[],
  { displayOptions, ...field }: INodeProperties,
): INodeProperties => ({
  ...field,
  displayOptions: {
    show: { resource: [resource], ...displayOptions?.show },
    hide: { ...displayOptions?.hide, operation: operations.map(({ value }) => value) },
  },
});

/**
 * The operation comes before the field's own conditions: n8n takes a field as shown, and checks that it is filled, as
 * soon as it reaches a condition whose value is an expression.
 */
const shownFor = (
  operation: Record<string, string[]>,
  { displayOptions, ...field }: INodeProperties,
): INodeProperties => ({
  ...field,
  displayOptions: { ...displayOptions, show: { ...operation, ...displayOptions?.show } },
});

import { NodeHelpers, type INode, type INodeProperties, type INodeTypeDescription } from 'n8n-workflow';

type Values = Record<string, unknown>;

/**
 * What is wrong with the fields that a node sets: a field that its version does not show, or a value that the field does
 * not give. n8n says neither: it drops the one, and shows the other in strange ways, such as a text as one row per letter.
 *
 * @param node as a workflow has it; its version counts
 */
export function wrongFields(
  description: INodeTypeDescription,
  node: Pick<INode, 'typeVersion' | 'parameters'>,
): string[] {
  const values = NodeHelpers.getNodeParameters(
    ...([description.properties, node.parameters, true, false] as const),
    node as INode,
    description,
  )!;
  const shown = description.properties.filter((field) =>
    NodeHelpers.displayParameter(values, field, node as INode, description),
  );
  return wrongOf(shown, node.parameters);
}

function wrongOf(fields: readonly INodeProperties[], values: Values): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const field = fields.find((one) => one.name === name);
    return (field ? wrongIn(field, value) : ['is not shown']).map((wrong) => `${name}: ${wrong}`);
  });
}

const isExpression = (value: unknown): boolean => typeof value === 'string' && value.startsWith('=');

function wrongIn(field: INodeProperties, value: unknown): string[] {
  if (isExpression(value)) return [];
  const wrong = (isRight: boolean, what: string): string[] => (isRight ? [] : [`is not ${what}`]);
  const options = (field.options ?? []) as INodeProperties[];
  const { multipleValues: isList } = field.typeOptions ?? {};
  switch (field.type) {
    case 'collection':
      return wrongOf(options, value as Values);
    case 'fixedCollection':
      return rowsOf(options, value as Values);
    case 'options':
      return wrong(isChoice(field, value), 'a choice');
    case 'multiOptions':
      return wrong(Array.isArray(value) && value.every((one) => isChoice(field, one)), 'a list of choices');
    case 'resourceLocator': {
      const { __rl: isLocator, mode } = (value ?? {}) as Values;
      return wrong(
        isLocator === true && field.modes!.some(({ name }) => name === mode),
        'chosen in a known way',
      );
    }
    case 'boolean':
    case 'number':
      return wrong(typeof value === field.type, `a ${field.type}`);
    default:
      return isList ? wrong(Array.isArray(value), 'a list') : wrong(typeof value === 'string', 'a text');
  }
}

const isChoice = ({ options = [] }: INodeProperties, value: unknown): boolean =>
  options.some((option) => 'value' in option && option.value === value);

function rowsOf(kinds: readonly INodeProperties[], value: Values): string[] {
  return Object.entries(value).flatMap(([name, rows]) => {
    const kind = kinds.find((one) => one.name === name) as unknown as
      | { values: INodeProperties[] }
      | undefined;
    if (!kind) return [`${name}: is not shown`];
    return [rows].flat().flatMap((row) => wrongOf(kind.values, row as Values));
  });
}

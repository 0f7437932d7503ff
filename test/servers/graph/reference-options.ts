import { AgainstReference } from './errors';
import { parseFilter, type Filter, type Operand } from './filter-parse';
import { parseExpand, parseOrder, parseSelect } from './options';
import type { PropertyType, ReferenceModel } from './reference-model';

/** Refuses options that name a property that its type does not have, or compare one with what it cannot be. */
export function checkOptions(
  model: ReferenceModel,
  type: string,
  options: ReadonlyMap<string, string>,
): void {
  for (const path of parseSelect(options.get('$select')) ?? []) propertyAt(model, type, path.split('/'));
  for (const { path } of parseOrder(options.get('$orderby'))) propertyAt(model, type, path.split('/'));
  const filter = options.get('$filter');
  if (filter !== undefined) checkFilter(parseFilter(filter), { model, type });
  for (const { name, options: nested } of parseExpand(options.get('$expand'))) {
    const property = propertyAt(model, type, [name]);
    if (!model.type(property.name))
      throw new AgainstReference(400, 'BadRequest', `'${name}' cannot be expanded.`);
    for (const option of nested.keys()) {
      if (NESTED.includes(option)) continue;
      throw new AgainstReference(
        400,
        'BadRequest',
        `Query option '${option}' was not recognized in $expand.`,
      );
    }
    checkOptions(model, property.name, nested);
  }
}

const NESTED = ['$select', '$filter', '$expand', '$top', '$skip', '$orderby', '$count'];

/** A path may name a type that derives: `microsoft.graph.fileAttachment/contentId`. */
function propertyAt(model: ReferenceModel, type: string, path: readonly string[]): PropertyType {
  const [name = '', ...rest] = path;
  if (name.startsWith('microsoft.graph.')) {
    const derived = model.named(name);
    if (derived && model.derives(derived.name, type)) return propertyAt(model, derived.name, rest);
    throw new AgainstReference(400, 'BadRequest', `'${name}' is no type that derives from ${type}.`);
  }
  const property = model.property(type, name);
  if (!property) {
    const message = `Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`;
    throw new AgainstReference(400, 'RequestBroker--ParseUri', message);
  }
  return rest.length > 0 ? propertyAt(model, property.name, rest) : property;
}

interface Scope {
  model: ReferenceModel;
  type: string;
  /** What the name in an `any` stands for. */
  variable?: { name: string; type: PropertyType };
}

function checkFilter(filter: Filter, scope: Scope): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      checkFilter(filter.left, scope);
      checkFilter(filter.right, scope);
      return;
    case 'not':
      checkFilter(filter.of, scope);
      return;
    case 'any': {
      const type = propertyAt(scope.model, scope.type, filter.path);
      if (!type.collection) throw clause(`any needs a collection, not ${filter.path.join('/')}`);
      const variable = { name: filter.variable, type: { ...type, collection: false } };
      checkFilter(filter.of, { ...scope, variable });
      return;
    }
    case 'call':
      for (const one of [filter.on, filter.text]) {
        if (kindOf(one, scope) !== 'string') throw clause(`${filter.name} needs texts`);
      }
      return;
    case 'compare': {
      const [left, right] = [kindOf(filter.left, scope), kindOf(filter.right, scope)];
      if (left !== right && left !== 'null' && right !== 'null') {
        throw clause(`A binary operator with incompatible types was detected: ${left} and ${right}`);
      }
    }
  }
}

const clause = (message: string) =>
  new AgainstReference(400, 'BadRequest', `Invalid filter clause: ${message}.`);

function kindOf(operand: Operand, { model, type, variable }: Scope): string {
  if (operand.kind !== 'path') return operand.kind;
  const [first = '', ...rest] = operand.path;
  const property =
    first !== variable?.name
      ? propertyAt(model, type, operand.path)
      : rest.length > 0
        ? propertyAt(model, variable.type.name, rest)
        : variable.type;
  if (property.collection) throw clause(`${operand.path.join('/')} is a collection`);
  return property.name === 'string' && operand.path.at(-1)?.endsWith('DateTime') ? 'date' : property.name;
}

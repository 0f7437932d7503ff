import { FilterTokens } from './filter-tokens';

export type Literal =
  | { kind: 'string'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'date'; value: number }
  | { kind: 'null' };

export type Operand = Literal | { kind: 'path'; path: readonly string[] };

export type Filter =
  | { kind: 'and' | 'or'; left: Filter; right: Filter }
  | { kind: 'not'; of: Filter }
  | { kind: 'compare'; operator: Operator; left: Operand; right: Operand }
  | { kind: 'call'; name: 'contains' | 'startswith'; on: Operand; text: Operand }
  | { kind: 'any'; path: readonly string[]; variable: string; of: Filter };

const OPERATORS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Operator = (typeof OPERATORS)[number];

/** The part of OData's filter expressions that Graph's mail takes (OData 4.01 URL conventions, section 5.1.1). */
export function parseFilter(text: string): Filter {
  const tokens = new FilterTokens(text);
  const filter = either(tokens);
  tokens.end();
  return filter;
}

function either(tokens: FilterTokens): Filter {
  let left = both(tokens);
  while (tokens.take('or')) left = { kind: 'or', left, right: both(tokens) };
  return left;
}

function both(tokens: FilterTokens): Filter {
  let left = term(tokens);
  while (tokens.take('and')) left = { kind: 'and', left, right: term(tokens) };
  return left;
}

function term(tokens: FilterTokens): Filter {
  if (tokens.take('not')) return { kind: 'not', of: term(tokens) };
  if (tokens.take('(')) {
    const inner = either(tokens);
    tokens.expect(')');
    return inner;
  }
  for (const name of ['contains', 'startswith'] as const) {
    if (!tokens.takeCall(name)) continue;
    const on = operand(tokens);
    tokens.expect(',');
    const text = operand(tokens);
    tokens.expect(')');
    return { kind: 'call', name, on, text };
  }
  const left = operand(tokens);
  if (left.kind === 'path' && left.path.at(-1) === 'any' && tokens.take('(')) {
    return any(tokens, left.path.slice(0, -1));
  }
  const operator = OPERATORS.find((one) => tokens.take(one));
  // A property that is true or false may stand alone.
  if (!operator) return { kind: 'compare', operator: 'eq', left, right: { kind: 'boolean', value: true } };
  return { kind: 'compare', operator, left, right: operand(tokens) };
}

function any(tokens: FilterTokens, path: readonly string[]): Filter {
  const variable = tokens.word();
  tokens.expect(':');
  const of = either(tokens);
  tokens.expect(')');
  return { kind: 'any', path, variable, of };
}

function operand(tokens: FilterTokens): Operand {
  const token = tokens.next();
  switch (token.kind) {
    case 'string':
      return { kind: 'string', value: token.text.slice(1, -1).replaceAll("''", "'") };
    case 'date':
      return { kind: 'date', value: Date.parse(token.text) };
    case 'number':
      return { kind: 'number', value: Number(token.text) };
    case 'word':
      if (token.text === 'null') return { kind: 'null' };
      if (token.text === 'true' || token.text === 'false') {
        return { kind: 'boolean', value: token.text === 'true' };
      }
      return { kind: 'path', path: token.text.split('/') };
    default:
      throw tokens.error(token);
  }
}

/** The properties in a filter, in the order in which they stand there; those of `any` with its collection. */
export function pathsIn(filter: Filter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [...pathsIn(filter.left), ...pathsIn(filter.right)];
    case 'not':
      return pathsIn(filter.of);
    case 'any':
      return [filter.path.join('/')];
    case 'call':
      return [filter.on, filter.text].flatMap(pathOf);
    case 'compare':
      return [filter.left, filter.right].flatMap(pathOf);
  }
}

const pathOf = (operand: Operand): string[] => (operand.kind === 'path' ? [operand.path.join('/')] : []);

import type { StoredItem } from '../exchange/mailbox';
import { badRequest } from './errors';
import { allProperties, propertyId } from './extended';
import { FIELDS, type View } from './fields';
import { pathsIn, type Filter, type Operand } from './filter-parse';

/** Whether a message meets a filter. */
export const meets = (item: StoredItem, filter: Filter): boolean =>
  holds(filter, (path) => valueAt(fieldOf(item, path[0] ?? ''), path.slice(1)));

/** The same for a folder, or anything else that is JSON already. */
export const objectMeets = (object: unknown, filter: Filter): boolean =>
  holds(filter, (path) => valueAt(object, path));

/** Exchange does not search by all that a message has. */
const SEARCHABLE = [
  ...['subject', 'receivedDateTime', 'sentDateTime', 'createdDateTime', 'lastModifiedDateTime', 'isRead'],
  ...['isDraft', 'hasAttachments', 'importance', 'internetMessageId', 'conversationId', 'parentFolderId'],
  ...[
    'from/emailAddress/address',
    'from/emailAddress/name',
    'sender/emailAddress/address',
    'flag/flagStatus',
  ],
  ...['sender/emailAddress/name', 'categories', 'inferenceClassification', 'body/content', 'bodyPreview'],
  ...['singleValueExtendedProperties'],
];

export function assertSearchable(filter: Filter): void {
  for (const path of pathsIn(filter)) {
    if (SEARCHABLE.includes(path)) continue;
    throw badRequest(
      `The query filter contains one or more invalid nodes: ${path}.`,
      'ErrorInvalidUrlQueryFilter',
    );
  }
}

const AS_STORED: View = { immutable: false, prefersText: false, bodies: 'stored' };

function fieldOf(item: StoredItem, name: string): unknown {
  return name === 'singleValueExtendedProperties' ? allProperties(item) : FIELDS[name]?.(item, AS_STORED);
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], value);

type Read = (path: readonly string[]) => unknown;

function holds(filter: Filter, read: Read): boolean {
  switch (filter.kind) {
    case 'and':
      return holds(filter.left, read) && holds(filter.right, read);
    case 'or':
      return holds(filter.left, read) || holds(filter.right, read);
    case 'not':
      return !holds(filter.of, read);
    case 'call': {
      const text = folded(resolve(filter.on, read));
      const wanted = folded(resolve(filter.text, read));
      return filter.name === 'contains' ? text.includes(wanted) : text.startsWith(wanted);
    }
    case 'any': {
      const members = (read(filter.path) ?? []) as unknown[];
      return members.some((member) =>
        holds(filter.of, ([first = '', ...rest]) =>
          first === filter.variable ? valueAt(member, rest) : undefined,
        ),
      );
    }
    case 'compare':
      return compare(filter, read);
  }
}

function compare({ operator, left, right }: Filter & { kind: 'compare' }, read: Read): boolean {
  const order = orderOf(resolve(left, read), resolve(right, read), right);
  switch (operator) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
  }
}

/** Not a number where there is nothing to compare: then no comparison holds, but "is not equal". */
function orderOf(known: unknown, wanted: unknown, literal: Operand): number {
  if (known === wanted) return 0;
  if (known === null || known === undefined || wanted === null) return Number.NaN;
  if (literal.kind === 'date') return Date.parse(String(known)) - Number(wanted);
  if (typeof known === 'boolean' || typeof known === 'number') return Number(known) - Number(wanted);
  const [a, b] = [folded(known), folded(wanted)];
  return a < b ? -1 : Number(a > b);
}

function resolve(operand: Operand, read: Read): unknown {
  if (operand.kind === 'path') return read(operand.path);
  if (operand.kind === 'null') return null;
  // The ids of properties are the same however they are written.
  return typeof operand.value === 'string' && /^\w+ 0x[\da-f]+$/i.test(operand.value)
    ? propertyId(operand.value)
    : operand.value;
}

/** Exchange knows no difference between small and capital letters. */
const folded = (value: unknown): string => String(value ?? '').toLowerCase();

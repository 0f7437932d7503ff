import type { PropertyValue } from './ews-properties';
import { childrenOf, isTrue, type Element } from './xml';

/** The value of a field of an item or a folder, as far as a restriction can name it. */
export type FieldValue<T> = (thing: T, path: Element) => PropertyValue;

/** Whether an item or a folder meets a restriction ([MS-OXWSSRCH] section 2.2.4.22). */
export function meets<T>(item: T, expression: Element, field: FieldValue<T>): boolean {
  const [first, second] = expression.children;
  const known = first && first.name.endsWith('FieldURI') ? field(item, first) : undefined;
  const wanted =
    second && (childrenOf(expression, 'FieldURIOrConstant')[0]?.attributes.Value ?? second.attributes.Value);
  switch (expression.name) {
    case 'And':
      return expression.children.every((one) => meets(item, one, field));
    case 'Or':
      return expression.children.some((one) => meets(item, one, field));
    case 'Not':
      return !meets(item, first!, field);
    case 'Exists':
      return known !== undefined;
    case 'Contains':
      return contains(known, expression);
    case 'Excludes': {
      const mask = Number(second?.attributes.Value);
      return (Number(known ?? 0) & mask) === 0;
    }
    default:
      return compare(expression.name, known, wanted ?? '');
  }
}

function contains(known: PropertyValue, expression: Element): boolean {
  const { ContainmentMode: mode, ContainmentComparison: comparison = 'Exact' } = expression.attributes;
  const fold = (text: string) => (comparison.startsWith('Ignore') ? text.toLowerCase() : text);
  const wanted = fold(expression.children.find(({ name }) => name === 'Constant')?.attributes.Value ?? '');
  const texts = (Array.isArray(known) ? known : [known]).map((text) => fold(String(text ?? '')));
  return known !== undefined && texts.some((text) => HOLDS[mode ?? 'FullString']!(text, wanted));
}

/** ContainmentModeType */
const HOLDS: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  FullString: (text, wanted) => text === wanted,
  Prefixed: (text, wanted) => text.startsWith(wanted),
  Substring: (text, wanted) => text.includes(wanted),
  PrefixOnWords: (text, wanted) => text.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted)),
  ExactPhrase: (text, wanted) => text.includes(wanted),
};

function compare(name: string, known: PropertyValue, wanted: string): boolean {
  if (Array.isArray(known)) return name === 'IsEqualTo' && known.includes(wanted);
  const order = orderOf(known, wanted);
  switch (name) {
    case 'IsEqualTo':
      return order === 0;
    case 'IsNotEqualTo':
      return order !== 0;
    case 'IsGreaterThan':
      return order > 0;
    case 'IsGreaterThanOrEqualTo':
      return order >= 0;
    case 'IsLessThan':
      return order < 0;
    case 'IsLessThanOrEqualTo':
      return order <= 0;
    default:
      throw new Error(`No restriction ${name}`);
  }
}

/** Not a number where there is nothing to compare: then no comparison holds, but "is not equal". */
function orderOf(known: PropertyValue, wanted: string): number {
  if (known instanceof Date) return known.getTime() - Date.parse(wanted);
  if (typeof known === 'number') return known - Number(wanted);
  if (typeof known === 'boolean') return Number(known) - Number(isTrue(wanted));
  return known === undefined ? Number.NaN : String(known).localeCompare(wanted);
}

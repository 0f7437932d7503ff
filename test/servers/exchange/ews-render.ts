import type { Call } from './ews-calls';
import { EwsError } from './ews-error';
import { kindOf } from './ews-classes';
import { BEFORE_PROPERTIES, ITEM_FIELDS, type Field, type Rendering } from './ews-fields';
import { MESSAGE_FIELDS, POST_FIELDS } from './ews-message-fields';
import type { LookUp } from './ews-people';
import { propertyElement, propertyOf, type PropertyValue } from './ews-properties';
import type { StoredItem } from './mailbox';
import { child, childrenOf, isTrue, tag, type Element } from './xml';

const OWN: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  item: {},
  message: MESSAGE_FIELDS,
  post: POST_FIELDS,
};

const fieldsOf = ({ itemClass }: StoredItem): Record<string, Field> => ({
  ...ITEM_FIELDS,
  ...OWN[kindOf(itemClass).fields],
});

/** The value that a field's path names, for restrictions and sorting; undefined where the item has none. */
export function fieldValue(item: StoredItem, path: Element): PropertyValue {
  if (path.name === 'ExtendedFieldURI') return propertyOf(item, path);
  const name = path.attributes.FieldURI ?? '';
  const field = { ...ITEM_FIELDS, ...MESSAGE_FIELDS, ...POST_FIELDS }[name];
  if (!field?.value) {
    const message = 'Filtering or sorting by this property is not supported.';
    throw new EwsError('ErrorUnsupportedPathForQuery', `${message} ${name}`);
  }
  return fieldsOf(item)[name]?.value?.(item);
}

const BY_SHAPE: Readonly<Record<string, readonly string[]>> = {
  IdOnly: ['item:ItemId'],
  Default: [
    ...['item:ItemId', 'item:Subject', 'item:DateTimeSent', 'item:Size', 'item:HasAttachments'],
    ...['item:Attachments', 'item:Body', 'message:From', 'message:ToRecipients', 'message:CcRecipients'],
    ...['message:IsRead'],
  ],
  AllProperties: [...Object.keys(ITEM_FIELDS), ...Object.keys(MESSAGE_FIELDS), 'postitem:PostedTime'].filter(
    (name) => !['item:MimeContent', 'item:Preview', 'item:TextBody', 'item:UniqueBody'].includes(name),
  ),
};

export const rendering = (shape: Element | undefined, lookUp: LookUp): Rendering => ({
  bodyType: child(shape, 'BodyType')?.text ?? 'Best',
  lookUp,
});

/** An item as a request's ItemShape asks for it. What it does not have is left out. */
export function renderItem(
  call: Call,
  item: StoredItem,
  shape: Element | undefined,
  operation: 'FindItem' | 'GetItem',
): string {
  const base = child(shape, 'BaseShape')?.text ?? 'IdOnly';
  const paths = childrenOf(shape, 'AdditionalProperties');
  const wanted = new Set([
    ...(BY_SHAPE[base] ?? []),
    ...paths.map(({ attributes }) => attributes.FieldURI ?? ''),
  ]);
  if (isTrue(child(shape, 'IncludeMimeContent')?.text)) wanted.add('item:MimeContent');
  return renderFields(item, wanted, paths, operation, rendering(shape, call.lookUp));
}

/** The element of an item with the named fields and the extended properties among the paths. */
export function renderFields(
  item: StoredItem,
  wanted: ReadonlySet<string>,
  paths: readonly Element[],
  operation: 'FindItem' | 'GetItem',
  how: Rendering,
): string {
  const extended = paths
    .filter(({ name }) => name === 'ExtendedFieldURI')
    .map((path) => propertyElement(path, propertyOf(item, path)));
  const parts = Object.entries(fieldsOf(item)).flatMap(([name, field]) => [
    wanted.has(name) && !(field.onlyGetItem && operation === 'FindItem') ? field.render(item, how) : '',
    ...(name === BEFORE_PROPERTIES ? extended : []),
  ]);
  return tag(kindOf(item.itemClass).element, {}, parts);
}

/** An item by nothing but its id, as operations that change answer it. */
export const renderId = (item: StoredItem): string =>
  tag(kindOf(item.itemClass).element, {}, tag('t:ItemId', { Id: item.id, ChangeKey: item.changeKey }));

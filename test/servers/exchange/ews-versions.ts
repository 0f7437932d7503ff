import type { Element } from './xml';

/** The names of the schema (ExchangeVersionType), oldest first. */
const VERSIONS = [
  ...['Exchange2007', 'Exchange2007_SP1', 'Exchange2010', 'Exchange2010_SP1', 'Exchange2010_SP2'],
  ...['Exchange2013', 'Exchange2013_SP1', 'Exchange2015', 'Exchange2016'],
];

/** Since when there are operations that the first version did not have. */
const OPERATIONS: Readonly<Record<string, string>> = {
  EmptyFolder: 'Exchange2010',
  GetConversationItems: 'Exchange2013',
  GetStreamingEvents: 'Exchange2010_SP1',
};

/** Since when there are attributes of an operation. */
const ATTRIBUTES: Readonly<Record<string, string>> = { SuppressReadReceipts: 'Exchange2013_SP1' };

/** Since when there are elements, wherever they stand. */
const ELEMENTS: Readonly<Record<string, string>> = {
  QueryString: 'Exchange2010',
  StreamingSubscriptionRequest: 'Exchange2010_SP1',
};

/** Since when there are fields (UnindexedFieldURIType). */
const FIELDS: Readonly<Record<string, string>> = {
  'item:ConversationId': 'Exchange2010',
  'item:Preview': 'Exchange2013',
  'item:TextBody': 'Exchange2013',
};

/** The fields that are named anywhere in a request. */
const fieldsIn = ({ attributes, children }: Element): string[] => [
  ...(attributes.FieldURI ? [attributes.FieldURI] : []),
  ...children.flatMap(fieldsIn),
];

const isBefore = (version: string, since: string | undefined): boolean =>
  since !== undefined && VERSIONS.indexOf(version) < VERSIONS.indexOf(since);

/** What of a request a server of a version does not know, in words; undefined where it knows everything. */
export function unknownIn(request: Element, version: string): string | undefined {
  if (!VERSIONS.includes(version)) return undefined;
  if (isBefore(version, OPERATIONS[request.name])) return `There is no element '${request.name}'.`;
  const attribute = Object.keys(request.attributes).find((name) => isBefore(version, ATTRIBUTES[name]));
  if (attribute) return `The '${attribute}' attribute is not declared.`;
  const field = fieldsIn(request).find((name) => isBefore(version, FIELDS[name]));
  if (field) return `The 'FieldURI' attribute is invalid - The value '${field}' is invalid.`;
  const element = request.children.find(({ name }) => isBefore(version, ELEMENTS[name]));
  return element && `There is no element '${element.name}'.`;
}

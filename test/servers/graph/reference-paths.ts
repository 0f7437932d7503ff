import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { PropertyType } from './reference-model';

/** What may be sent to a path with one method. */
export interface Operation {
  method: string;
  /** `/mailFolders/{id}/messages`, within a mailbox. */
  path: string;
  query: ReadonlySet<string>;
  request?: BodyType;
  /** Absent where nothing, or what is not JSON, is answered. */
  response?: PropertyType;
}

/** A type of the model, or the parameters of an action, whose names may be written in any case. */
export type BodyType = { entity: PropertyType } | { parameters: ReadonlyMap<string, PropertyType> };

/**
 * The paths as `@microsoft/msgraph-sdk-users` has them, which Microsoft makes from Graph's OpenAPI description. Its
 * files are read as text: imported, they would bring all of the SDK with them.
 */
const ROOT = join(dirname(require.resolve('@microsoft/msgraph-sdk-users/package.json')), 'users/item');
const AREAS = ['mailFolders', 'messages', 'sendMail'];

const CONTENT = { query: new Set<string>(), method: 'get' };

/** Documented, and not in the description (learn.microsoft.com/graph/api/attachment-get). */
const ALSO: readonly Operation[] = [
  { ...CONTENT, path: '/messages/{id}/attachments/{id}/$value' },
  { ...CONTENT, path: '/mailFolders/{id}/messages/{id}/attachments/{id}/$value' },
];

export function readOperations(): Operation[] {
  const files = AREAS.flatMap((area) =>
    readdirSync(join(ROOT, area), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(^|[/\\])index\.js$/.test(file))
      .map((file) => join(ROOT, area, file)),
  );
  return [...files.flatMap((file) => operationsIn(readFileSync(file, 'utf8'))), ...ALSO];
}

const TEMPLATE =
  /UriTemplate = "\{\+baseurl\}\/users\/\{user%2Did\}([^"{]*(?:\{\w+%2Did\}[^"{]*)*)(?:\{\?([^}]*)\})?"/;

function operationsIn(text: string): Operation[] {
  const [, path, names = ''] = TEMPLATE.exec(text) ?? [];
  if (!path) return [];
  const query = names.split(',').map((name) => decodeURIComponent(name).replace('*', ''));
  const [, methods = ''] = /RequestsMetadata = \{\n([\s\S]*?)\n\};/.exec(text) ?? [];
  return [...methods.matchAll(/^ {4}(\w+): \{\n([\s\S]*?)\n {4}\},/gm)].map(
    ([, method = '', described = '']) => ({
      method,
      path: path.replace(/\{\w+%2Did\}/g, '{id}'),
      query: new Set(described.includes('queryParametersMapper') ? query : []),
      request: requestIn(text, described),
      response: responseIn(text, described),
    }),
  );
}

const entity = (name: string, collection = false): PropertyType => ({ name, collection, nullable: false });

function requestIn(text: string, described: string): BodyType | undefined {
  const [, name] = /requestBodySerializer: serialize(\w+)/.exec(described) ?? [];
  if (!name) return undefined;
  const parameters = parametersIn(text, name);
  return parameters ? { parameters } : { entity: entity(name) };
}

/** An action's parameters are described in the same file. */
function parametersIn(text: string, name: string): Map<string, PropertyType> | undefined {
  const [, lines] =
    new RegExp(`function deserializeInto${name}\\([^]*?return \\{([^]*?)\\n    \\};`).exec(text) ?? [];
  if (lines === undefined) return undefined;
  const described = [
    ...lines.matchAll(/"(\w+)": n => \{.*?n\.get(\w+)Value\w*\((?:create(\w+)FromDiscriminator)?/g),
  ];
  return new Map(
    described.map(([, key = '', kind = '', type]) => [
      key.toLowerCase(),
      { ...entity(type ?? kind.toLowerCase(), kind.startsWith('Collection')), nullable: true },
    ]),
  );
}

function responseIn(text: string, described: string): PropertyType | undefined {
  const [, name] = /responseBodyFactory: create(\w+)FromDiscriminatorValue/.exec(described) ?? [];
  const [, member] = /^(\w+)CollectionResponse$/.exec(name ?? '') ?? [];
  // What a function answers is described in the same file.
  const [, found] =
    (name?.endsWith('GetResponse') &&
      /"value": n => \{.*?getCollectionOfObjectValues\(create(\w+)FromDiscriminator/.exec(text)) ||
    [];
  if (found) return entity(found, true);
  return member ? entity(member, true) : name ? entity(name) : undefined;
}

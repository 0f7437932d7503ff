import { badRequest } from './errors';

/** A URL's path, and what stands behind the first question mark. */
export function splitUrl(url: string): [path: string, search: string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}

/** Splits where nothing is open: neither a parenthesis nor a quotation. */
export function splitAt(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === "'") quoted = !quoted;
    if (!quoted && character === '(') depth += 1;
    if (!quoted && character === ')') depth -= 1;
    if (character === separator && depth === 0 && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  if (depth !== 0 || quoted) throw badRequest(`Parsing failed: ${text}`);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** `/mailFolders('inbox')/messages` as `/mailFolders/inbox/messages`: OData knows both ways to write a key. */
export const withoutParentheses = (path: string): string =>
  path.replace(/\((?:'|%27)((?:[^'%/]|%(?!27))*)(?:'|%27)\)/g, '/$1');

export const parseSelect = (text: string | undefined): string[] | undefined =>
  text === undefined ? undefined : splitAt(text, ',');

export interface Expansion {
  name: string;
  options: ReadonlyMap<string, string>;
}

/** `attachments($select=id,name;$top=5),singleValueExtendedProperties($filter=…)` */
export const parseExpand = (text = ''): Expansion[] =>
  splitAt(text, ',').map((one) => {
    const [, name = '', options = ''] = /^([\w.]+)(?:\((.*)\))?$/s.exec(one) ?? [];
    if (!name) throw badRequest(`Term '${one}' is not valid in a $select or $expand expression.`);
    const pairs = splitAt(options, ';').map((option): [string, string] => {
      const at = option.indexOf('=');
      return [option.slice(0, at).trim(), option.slice(at + 1).trim()];
    });
    return { name, options: new Map(pairs) };
  });

export interface Order {
  path: string;
  descending: boolean;
}

export const parseOrder = (text = ''): Order[] =>
  splitAt(text, ',').map((one) => {
    const [, path, direction] = /^([\w./]+)(?:\s+(asc|desc))?$/i.exec(one) ?? [];
    if (!path) throw badRequest(`Syntax error in $orderby: ${one}`);
    return { path, descending: direction?.toLowerCase() === 'desc' };
  });

/** A count in the query, such as $top. */
export function numberIn(query: ReadonlyMap<string, string>, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === undefined) return fallback;
  if (/^\d+$/.test(text)) return Number(text);
  throw badRequest(`Invalid value '${text}' for ${name} query option found.`);
}

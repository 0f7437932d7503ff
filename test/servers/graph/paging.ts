import type { Call, Json, Reply } from './call';
import { badRequest } from './errors';
import { numberIn } from './options';

const MAX_PAGE = 1000;

/** One page of a collection, with the way to the next. */
export function paged<T>(call: Call, all: readonly T[], render: (one: T) => Json, defaultPage = 10): Reply {
  const { query, world } = call;
  const asked = numberIn(query, '$top', call.maxPageSize ?? defaultPage);
  if (query.has('$top') && (asked < 1 || asked > MAX_PAGE)) {
    throw badRequest(`The value ${asked} of $top is not between 1 and ${MAX_PAGE}.`, 'ErrorInvalidUrlQuery');
  }
  const searching = query.has('$search');
  const start = searching ? skipToken(query) : numberIn(query, '$skip', 0);
  const end = Math.min(start + Math.min(asked, world.pageSize), all.length);
  // A search does not know numbers, only tokens.
  const next: Record<string, string> = searching
    ? { $skiptoken: Buffer.from(`at:${end}`).toString('base64url') }
    : { $skip: String(end) };
  return {
    status: 200,
    headers: preferenceApplied(call),
    body: {
      '@odata.context': `${world.origin}/v1.0/$metadata#collection`,
      ...(query.get('$count') === 'true' ? { '@odata.count': all.length } : {}),
      value: all.slice(start, end).map(render),
      ...(end < all.length ? { '@odata.nextLink': call.pageUrl(next) } : {}),
    },
  };
}

/** What of the request's preferences was kept to (RFC 7240 section 3). */
export const preferenceApplied = ({ maxPageSize }: Call): Record<string, string> =>
  maxPageSize === undefined ? {} : { 'Preference-Applied': `odata.maxpagesize=${maxPageSize}` };

const skipToken = (query: ReadonlyMap<string, string>): number =>
  Number(
    Buffer.from(query.get('$skiptoken') ?? '', 'base64url')
      .toString()
      .replace('at:', ''),
  );

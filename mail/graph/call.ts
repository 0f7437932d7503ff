import type { GraphRequest } from './transport';

/** One request, single or in a batch. Its path is relative to the mailbox. */
export interface Call {
  method: GraphRequest['method'];
  path: string;
  body?: object;
  /** An additional preference (RFC 7240). */
  prefer?: string;
}

export const isChange = ({ method }: Call): boolean => method !== 'GET';

/** Ids that stay the same when a message moves (https://learn.microsoft.com/graph/outlook-immutable-id). */
const IMMUTABLE_IDS = 'IdType="ImmutableId"';

export const JSON_BODY = { 'content-type': 'application/json' };

export const preferences = (...further: Array<string | undefined>): string =>
  [IMMUTABLE_IDS, ...further].filter(Boolean).join(', ');

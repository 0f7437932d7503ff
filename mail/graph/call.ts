import type { GraphRequest } from './transport';

/** One request, alone or in a batch. Its path begins behind the mailbox. */
export interface Call {
  method: GraphRequest['method'];
  path: string;
  body?: object;
  /** A further preference (RFC 7240). */
  prefer?: string;
}

export const isChange = ({ method }: Call): boolean => method !== 'GET';

/** Ids that stay when a message moves (https://learn.microsoft.com/graph/outlook-immutable-id). */
const IMMUTABLE_IDS = 'IdType="ImmutableId"';

export const JSON_BODY = { 'content-type': 'application/json' };

export const preferences = (...further: Array<string | undefined>): string =>
  [IMMUTABLE_IDS, ...further].filter(Boolean).join(', ');

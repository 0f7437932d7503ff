import type { MessageQuery } from '../model/query';

/** The part of a query that Exchange always supports, for queries that it finds too complex. */
export const onlyTimes = ({ receivedAfter, receivedBefore }: MessageQuery): MessageQuery => ({
  receivedAfter,
  receivedBefore,
});

import type { MessageQuery } from '../model/query';

/** The part of a query that Exchange always understands, for where it finds the whole too complex. */
export const onlyTimes = ({ receivedAfter, receivedBefore }: MessageQuery): MessageQuery => ({
  receivedAfter,
  receivedBefore,
});

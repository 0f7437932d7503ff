import type { ImapFlow } from 'imapflow';

import { searchUids } from './search';

/** The UIDs that exist. Servers answer OK to a change of messages that do not. */
export const existingUids = async (flow: ImapFlow, set: string): Promise<number[]> =>
  await searchUids(flow, { uid: set });

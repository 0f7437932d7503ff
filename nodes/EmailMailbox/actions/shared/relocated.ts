import type { IDataObject } from 'n8n-workflow';

import type { Relocated } from '../../../../mail/client';

/**
 * The output for a message that is somewhere else now: `id` is the one that works from here on, where the server
 * tells it, and `previousId` the one that was asked for.
 */
export const relocatedJson = (previousId: string, { id, folder }: Relocated): IDataObject => ({
  ...(id === undefined ? {} : { id }),
  previousId,
  ...(folder === undefined ? {} : { folder }),
});

import type { IDataObject } from 'n8n-workflow';

import type { MoveResult } from '../../../../mail/model/client';

/**
 * The output for a message that is somewhere else now: `id` is the one that works from here on, where the server
 * says it, and `previousId` the one that was asked for.
 */
export const moveResultJson = (previousId: string, { id, folder }: MoveResult): IDataObject => ({
  ...(id === undefined ? {} : { id }),
  previousId,
  ...(folder === undefined ? {} : { folder }),
});

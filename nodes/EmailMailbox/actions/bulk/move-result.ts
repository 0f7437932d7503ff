import type { IDataObject } from 'n8n-workflow';

import type { MoveResult } from '../../../../mail/model/client';

/**
 * The output for a moved message: `id` is its new id, if the server gives it, and `previousId` the id that was asked
 * for.
 */
export const moveResultJson = (previousId: string, { id, folder }: MoveResult): IDataObject => ({
  ...(id === undefined ? {} : { id }),
  previousId,
  ...(folder === undefined ? {} : { folder }),
});

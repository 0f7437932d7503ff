import type { INodeProperties } from 'n8n-workflow';

/** The warning before messages are deleted and not moved to the trash. */
export const permanentDeletion = (
  show?: NonNullable<INodeProperties['displayOptions']>['show'],
): INodeProperties => ({
  displayName: 'The messages are deleted permanently, and cannot be brought back',
  name: 'deleteNotice',
  type: 'notice',
  default: '',
  ...(show && { displayOptions: { show } }),
});

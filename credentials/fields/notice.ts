import type { INodeProperties } from 'n8n-workflow';

import { methodOf, type Authentication, type ProviderId } from '../../mail/account/providers';

/** The note that the matrix has about a cell, shown above the credential's fields. */
export const retiredNotice = (provider: ProviderId, authentication: Authentication): INodeProperties => ({
  displayName: methodOf(provider, authentication)?.notice ?? '',
  name: 'retiredNotice',
  type: 'notice',
  default: '',
});

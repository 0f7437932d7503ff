import type { INodeProperties } from 'n8n-workflow';

import { methodOf, type Authentication, type ProviderId } from '../../mail/account/providers';

/** What the matrix says about a cell, above the credential's fields. */
export const retiredNotice = (provider: ProviderId, authentication: Authentication): INodeProperties => ({
  displayName: methodOf(provider, authentication)?.notice ?? '',
  name: 'retiredNotice',
  type: 'notice',
  default: '',
});

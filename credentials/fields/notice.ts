import type { INodeProperties } from 'n8n-workflow';

import { authenticationsOf, providerRow, type Authentication } from '../../mail/account/providers';

/** What the matrix says about a cell, above the credential's fields. */
export const retiredNotice = (provider: string, authentication: Authentication): INodeProperties => ({
  displayName: new Map(authenticationsOf(providerRow(provider)!)).get(authentication)?.notice ?? '',
  name: 'retiredNotice',
  type: 'notice',
  default: '',
});

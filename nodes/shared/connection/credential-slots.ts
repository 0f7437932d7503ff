import type { INodeCredentialDescription } from 'n8n-workflow';

import { CELLS, choiceOf, type CredentialType } from '../../../mail/account/providers';
import { testedBy } from './credential-test';

const credentialTypes = [...new Set(CELLS.map(({ credentialType }) => credentialType))].sort();

/**
 * Shows a credential's slot for the cells of the matrix that use it.
 *
 * The leading slash means "of the node itself". Without it, the editor treats provider and authentication as
 * details of the credential and hides them.
 */
function shownFor(credentialType: CredentialType): INodeCredentialDescription['displayOptions'] {
  const cells = CELLS.filter((cell) => cell.credentialType === credentialType);
  return {
    show: {
      '/provider': cells.map(({ provider }) => provider),
      '/authentication': [
        ...new Set(
          cells.flatMap(({ authentication, method }) => [authentication, choiceOf(authentication, method)]),
        ),
      ],
    },
  };
}

/** A slot for each credential type of the matrix, in the order of their names. */
export const credentialSlots: INodeCredentialDescription[] = credentialTypes.map((name) => ({
  name,
  required: true,
  ...testedBy(name),
  displayOptions: shownFor(name),
}));

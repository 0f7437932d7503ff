import type { CodexData } from 'n8n-workflow';

import { PROVIDERS } from '../../mail/account/providers';

const REPOSITORY = 'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session';

/** What people type in the node's search for a provider: "office 365" as well as "outlook". */
export const PROVIDER_ALIASES: readonly string[] = [
  ...new Set(
    PROVIDERS.filter(({ id }) => id !== 'other').flatMap(({ id, name }) => [
      id,
      ...name.toLowerCase().split(' / '),
    ]),
  ),
];

/** How a node is found. n8n prefers it to a file beside the node, and only code can name the providers. */
export const codex = (alias: readonly string[]): CodexData => ({
  categories: ['Communication'],
  alias: [...alias],
  resources: {
    primaryDocumentation: [{ url: `${REPOSITORY}#readme` }],
    credentialDocumentation: [{ url: `${REPOSITORY}/blob/main/docs/providers.md` }],
  },
});

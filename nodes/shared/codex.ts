import type { CodexData } from 'n8n-workflow';

import { PROVIDERS } from '../../mail/account/providers';

const REPOSITORY = 'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session';

/** Search words for the providers in the node panel: "office 365" as well as "outlook". */
const PROVIDER_ALIASES: readonly string[] = [
  ...new Set(
    PROVIDERS.filter(({ id }) => id !== 'other').flatMap(({ id, name }) => [
      id,
      ...name.toLowerCase().split(' / '),
    ]),
  ),
];

/** Search words for everything about mail, whichever node does it. */
const MAIL_ALIASES = [
  ...['mail', 'e-mail', 'email', 'inbox', 'mailbox', 'hotmail', 'microsoft 365', 'exchange online'],
  ...['imap', 'pop3', 'smtp', 'ews', 'graph'],
];

/** Search words for the nodes that open an account or work with its mail. */
export const ACCOUNT_ALIASES: readonly string[] = [...new Set([...MAIL_ALIASES, ...PROVIDER_ALIASES])];

/** Makes the node findable. In code and not in a file next to the node, because only code can name the providers. */
export const codex = (alias: readonly string[]): CodexData => ({
  categories: ['Communication'],
  alias: [...alias],
  resources: {
    primaryDocumentation: [{ url: `${REPOSITORY}#readme` }],
    credentialDocumentation: [{ url: `${REPOSITORY}/blob/main/docs/providers.md` }],
  },
});

import { SIGN_IN_PROVIDERS } from './providers';

const PROVIDERS = SIGN_IN_PROVIDERS.join('|');

export const COMMANDS_HELP = `Usage: npx n8n-nodes-email-session <command>

Commands:
  sign-in ${PROVIDERS}   Signs in in a browser and writes a credential for n8n to import

"sign-in --help" lists the options.
`;

export const SIGN_IN_HELP = `Usage: npx n8n-nodes-email-session sign-in ${PROVIDERS} --client-id ID [options]

Signs in to Outlook / Office 365 or Gmail in a browser on this computer, and writes a credential
that n8n imports. Use it when n8n has no address that a browser can reach, so that
"Connect my account" in n8n does not work.

First register an application:
  outlook   Microsoft Entra, platform "Mobile and desktop applications",
            redirect URI http://localhost:9999/callback
  gmail     Google Cloud, OAuth client of type "Desktop app"; one of type "Web application"
            needs the redirect URI http://localhost:8888/Callback

The application:
  --client-id ID        its (client) ID
  --client-secret       asks for its secret without showing it, or reads it from standard input; or set
                        EMAIL_SIGN_IN_CLIENT_SECRET. Google gives a desktop app a secret, Microsoft none
  --tenant TENANT       outlook: ID or domain of the directory (default: organizations)
  --cloud CLOUD         outlook: global, usGov or china (default: global)
  --access ACCESS       outlook: mail for IMAP, POP3 and SMTP, ews or graph (default: mail)

The credential:
  --user ADDRESS        the mailbox (default: that of the account that signs in)
  --name NAME           its name in n8n (default: provider and mailbox)
  --id ID               replaces the credential with this ID in n8n: the last
                        part of the credential's address in the editor
  --out FILE            default: email-outlook.json or email-gmail.json, here
  --force               replaces the file if there is one

The sign-in:
  --no-browser          only prints the address to open
  --port PORT           another port (default: 9999 for outlook, 8888 for gmail)
  --timeout SECONDS     how long to wait for the sign-in (default: 300)

A private cloud or mail gateway:
  --authority URL       identity provider; its addresses are read from URL/.well-known/openid-configuration
  --auth-url URL        or its authorization endpoint,
  --token-url URL       and its token endpoint
  --scope SCOPE         permissions to ask for (default: openid email offline_access)
  --host NAME[:PORT]    IMAP server
  --smtp-host NAME[:PORT]  SMTP server
  --ca FILE             certificate (PEM) of the private authority that issued these servers' certificates

  --help                shows this
`;

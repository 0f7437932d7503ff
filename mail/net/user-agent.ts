/** What servers are told that we are. Exchange can allow and refuse apps by this name. */
export const USER_AGENT = 'n8n-nodes-email-session';

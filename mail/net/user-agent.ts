/** This client's name for servers. Exchange can allow or block apps by this name. */
export const USER_AGENT = 'n8n-nodes-email-session';

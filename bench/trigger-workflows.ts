import type { RestClient, Stored } from '../test/servers/n8n';
import { chain, node, type WorkflowNode } from '../test/servers/workflow';

/** A mail server as both triggers get it, without TLS: faults are made between n8n and it. */
export interface MailAccount {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** Which trigger: n8n's own Email Trigger (IMAP), or ours. */
export type Who = 'ours' | 'n8n';

const triggers: Record<Who, (rest: RestClient, account: MailAccount) => Promise<WorkflowNode>> = {
  ours: async (rest, account) => {
    const data = { ...account, security: 'none' };
    const { id, name } = await rest.createCredential({
      name: account.user,
      type: 'emailServerBasicApi',
      data,
    });
    const way = { sessionName: 'Default', provider: 'other', protocol: 'imap', authentication: 'basic' };
    return node(
      'Trigger',
      'n8n-nodes-email-session.emailTrigger',
      { ...way, folder: { __rl: true, mode: 'path', value: 'INBOX' } },
      { credentials: { emailServerBasicApi: { id, name } } },
    );
  },
  n8n: async (rest, account) => {
    const data = { ...account, secure: false, allowUnauthorizedCerts: true };
    const { id, name } = await rest.createCredential({ name: account.user, type: 'imap', data });
    return node(
      'Trigger',
      'n8n-nodes-base.emailReadImap',
      {},
      {
        typeVersion: 2.2,
        credentials: { imap: { id, name } },
      },
    );
  },
};

/**
 * Publishes a workflow in which each message is told to a web server by its subject.
 *
 * @param url of that server
 */
export async function publishTrigger(
  who: Who,
  rest: RestClient,
  account: MailAccount,
  url: string,
): Promise<Stored> {
  const body = `={{ JSON.stringify({ who: '${who}', subject: $json.subject }) }}`;
  const tell = node(
    'Tell',
    'n8n-nodes-base.httpRequest',
    { method: 'POST', url, sendBody: true, specifyBody: 'json', jsonBody: body, options: {} },
    { typeVersion: 4.2 },
  );
  const workflow = await rest.createWorkflow(
    chain(`${who} ${account.user}`, [await triggers[who](rest, account), tell]),
  );
  await rest.publish(workflow.id);
  return workflow;
}

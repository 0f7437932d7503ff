import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
} from 'n8n-workflow';

import { ACCOUNT_ALIASES, codex } from '../shared/codex';
import { USED_SESSION } from '../shared/session-name';
import { subtitle } from '../shared/subtitle';
import { VERSIONS } from '../shared/versions';
import { answerWebhook, WEBHOOKS } from './actions/message/send-and-wait/webhook';
import { propertiesOf } from './actions/resource';
import { RESOURCES } from './actions/resources';
import { route } from './actions/router';
import * as listSearch from './methods/list-search';

/** Such as "Get Many: Message", by resource and operation. */
const OPERATIONS = Object.fromEntries(
  RESOURCES.flatMap((resource) =>
    resource.operations.map(({ value, name }) => [`${resource.value}:${value}`, `${name}: ${resource.name}`]),
  ),
);

const WAITING =
  '={{ $parameter["operation"] === "sendAndWait" ? "The run goes on when somebody answers the mail" : "" }}';

/** Works with the mail of a session that Email Connect opened. */
export class EmailMailbox implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Email Mailbox',
    name: 'emailMailbox',
    icon: { light: 'file:email-mailbox.svg', dark: 'file:email-mailbox.dark.svg' },
    codex: codex([
      ...ACCOUNT_ALIASES,
      ...[
        'message',
        'read email',
        'get email',
        'search email',
        'send email',
        'reply',
        'forward',
        'move email',
      ],
      ...['delete email', 'mark as read', 'attachment', 'download attachment', 'draft', 'folder'],
      ...['approval', 'human in the loop', 'send and wait'],
    ]),
    group: ['input'],
    ...VERSIONS,
    subtitle: subtitle(OPERATIONS, '$parameter["resource"] + ":" + $parameter["operation"]'),
    description: 'Read, send and organize mail through a session that Email Connect opened',
    defaults: { name: 'Email Mailbox' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    webhooks: WEBHOOKS,
    waitingNodeTooltip: WAITING,
    properties: [
      ...USED_SESSION,
      {
        displayName: 'Resource',
        name: 'resource',
        type: 'options',
        noDataExpression: true,
        options: RESOURCES.map(({ name, value }) => ({ name, value })),
        default: 'message',
      },
      ...RESOURCES.flatMap(propertiesOf),
    ],
  };

  methods = { listSearch };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return [await route(this)];
  }

  /** Only n8n calls it, for the URLs of "Send and Wait for Response". */
  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return await answerWebhook(this);
  }
}

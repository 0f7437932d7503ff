import {
  NodeConnectionTypes,
  NodeOperationError,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { MAIL_ERROR_CODES, emailSession, isMailError } from 'n8n-nodes-email-session';

export class NewestSenders implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Newest Senders',
    name: 'newestSenders',
    group: ['input'],
    version: 1,
    description: 'Lists who wrote the newest messages of a folder',
    defaults: { name: 'Newest Senders' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    properties: [
      { displayName: 'Session Name', name: 'sessionName', type: 'string', default: 'Default' },
      { displayName: 'Folder', name: 'folder', type: 'string', default: 'INBOX' },
      {
        displayName: 'Limit',
        name: 'limit',
        type: 'number',
        default: 50,
        description: 'Max number of results to return',
      },
    ],
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const output: INodeExecutionData[] = [];
    for (let itemIndex = 0; itemIndex < this.getInputData().length; itemIndex++) {
      const name = this.getNodeParameter('sessionName', itemIndex) as string;
      const folder = this.getNodeParameter('folder', itemIndex) as string;
      const limit = this.getNodeParameter('limit', itemIndex) as number;
      const session = await emailSession(this, name, itemIndex);
      try {
        const messages = await session.use(
          async (client) => await client.listMessages(folder, {}, { content: false }, limit),
          { repeatable: true }, // it only reads
        );
        const senders = messages.flatMap(({ from }) => from.map(({ address }) => address));
        output.push({ json: { senders: [...new Set(senders)] }, pairedItem: itemIndex });
      } catch (error) {
        if (!isMailError(error)) throw error;
        const { message, description, code } = error;
        const hint = MAIL_ERROR_CODES[code].retry === 'later' ? ' Try again later.' : '';
        throw new NodeOperationError(this.getNode(), message, {
          description: `${description}${hint}`,
          itemIndex,
        });
      }
    }
    return [output];
  }
}

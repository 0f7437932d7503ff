import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
} from 'n8n-workflow';

import { closeSession } from '../../n8n/run/session';
import { sessionName } from '../../n8n/run/session-parameter';
import { failedItem } from '../shared/per-item';
import { SESSION_NAME } from '../shared/session-name';

/** Closes a session before the run ends, which closes it anyway. */
export class EmailDisconnect implements INodeType {
  description: INodeType['description'] = {
    displayName: 'Email Disconnect',
    name: 'emailDisconnect',
    icon: { light: 'file:email-disconnect.svg', dark: 'file:email-disconnect.dark.svg' },
    group: ['output'],
    version: 1,
    subtitle: '={{ $parameter["sessionName"] }}',
    description: 'Close a mail session before the workflow run ends',
    defaults: { name: 'Email Disconnect' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    properties: [
      SESSION_NAME,
      {
        displayName: 'Sessions also close by themselves when the workflow run ends',
        name: 'notice',
        type: 'notice',
        default: '',
      },
    ],
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const output: INodeExecutionData[] = [];
    for (let itemIndex = 0; itemIndex < this.getInputData().length; itemIndex++) {
      try {
        const name = sessionName(this, itemIndex);
        const closed = await closeSession(this, name);
        output.push({ json: { session: { name }, closed }, pairedItem: { item: itemIndex } });
      } catch (error) {
        output.push(failedItem(this, error, itemIndex));
      }
    }
    return [output];
  }
}

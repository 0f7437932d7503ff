import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';

import { emailServerBasicApiTest } from './credential-test';
import { openSessions } from './open-sessions';
import { properties, shownFor } from './properties';

/** Opens a mail session for the workflow run; later email nodes reuse it by its name. */
export class EmailConnect implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Email Connect',
    name: 'emailConnect',
    icon: { light: 'file:email-connect.svg', dark: 'file:email-connect.dark.svg' },
    group: ['input'],
    version: 1,
    subtitle: '={{ $parameter["sessionName"] + ": " + $parameter["protocol"].toUpperCase() }}',
    description: 'Open a mail session that later email nodes of the workflow run reuse by its name',
    defaults: { name: 'Email Connect' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    credentials: [
      {
        name: 'emailServerBasicApi',
        required: true,
        testedBy: 'emailServerBasicApiTest',
        displayOptions: shownFor('emailServerBasicApi'),
      },
    ],
    properties,
  };

  methods = { credentialTest: { emailServerBasicApiTest } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return [await openSessions(this)];
  }
}

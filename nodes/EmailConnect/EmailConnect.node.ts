import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';

import { ACCOUNT_ALIASES, codex } from '../shared/codex';
import { credentialSlots } from '../shared/connection/credential-slots';
import { credentialTests } from '../shared/connection/credential-test';
import { PROTOCOL_NAMES } from '../shared/connection/properties';
import { subtitle } from '../shared/subtitle';
import { CONNECTING_VERSIONS } from '../shared/versions';
import { openSessions } from './open-sessions';
import { properties } from './properties';

/** Opens a mail session for the workflow run; later email nodes reuse it by its name. */
// An agent chooses no account.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class EmailConnect implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Email Connect',
    name: 'emailConnect',
    icon: { light: 'file:email-connect.svg', dark: 'file:email-connect.dark.svg' },
    codex: codex([...ACCOUNT_ALIASES, 'session', 'login', 'sign in']),
    group: ['input'],
    ...CONNECTING_VERSIONS,
    subtitle: subtitle(PROTOCOL_NAMES, '$parameter["protocol"]'),
    description: 'Open a mail session that later email nodes in the workflow use by its name',
    defaults: { name: 'Email Connect' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: credentialSlots,
    properties,
  };

  methods = { credentialTest: credentialTests };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return [await openSessions(this)];
  }
}

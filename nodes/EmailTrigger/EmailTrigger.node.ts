import {
  NodeConnectionTypes,
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
} from 'n8n-workflow';

import { activate } from '../../n8n/trigger/activate';
import { ACCOUNT_ALIASES, codex } from '../shared/codex';
import { credentialSlots } from '../shared/connection/credential-slots';
import { credentialTests } from '../shared/connection/credential-test';
import { PROTOCOL_NAMES } from '../shared/connection/properties';
import { subtitle } from '../shared/subtitle';
import { CONNECTING_VERSIONS } from '../shared/versions';
import * as listSearch from './list-search';
import { properties } from './properties';
import { readSettings } from './read-settings';

const TEST =
  "<b>While building your workflow</b>, click the 'execute step' button: it gives the newest message that matches the filters, and changes nothing in the mailbox. If there is none, it waits until one arrives.";

/** Starts the workflow when mail arrives. The run has the session from its start. */
export class EmailTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Email Trigger',
    name: 'emailTrigger',
    icon: { light: 'file:email-trigger.svg', dark: 'file:email-trigger.dark.svg' },
    codex: codex([
      ...ACCOUNT_ALIASES,
      ...['new mail', 'new email', 'incoming', 'receive', 'trigger', 'idle'],
    ]),
    group: ['trigger'],
    ...CONNECTING_VERSIONS,
    subtitle: subtitle(PROTOCOL_NAMES, '$parameter["protocol"]'),
    description: 'Start the workflow when mail arrives, and have its session in the run',
    eventTriggerDescription: 'Waiting for a message that matches',
    defaults: { name: 'Email Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    triggerPanel: {
      header: 'Get a message to build with',
      executionsHelp: {
        inactive: `${TEST}<br /> <br /><b>Once you're happy with your workflow</b>, publish it. Then every message that matches starts a run. These runs show up in the <a data-key='executions'>executions list</a>, but not in the editor.`,
        active: `${TEST}<br /> <br /><b>Your workflow also runs by itself</b>, since it is published. These runs show up in the <a data-key='executions'>executions list</a>, but not in the editor.`,
      },
      activationHint:
        'When your workflow is finished, publish it, and it listens for mail all the time. Its runs show up in the executions list.',
    },
    credentials: credentialSlots,
    properties,
  };

  methods = { credentialTest: credentialTests, listSearch };

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    return await activate(this, () => readSettings(this));
  }
}

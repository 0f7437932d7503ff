import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';

import { credentialTests } from './credential-test';
import { VERSIONS } from '../shared/pass-on';
import { openSessions } from './open-sessions';
import { properties, shownFor } from './properties';

/** Opens a mail session for the workflow run; later email nodes reuse it by its name. */
export class EmailConnect implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Email Connect',
    name: 'emailConnect',
    icon: { light: 'file:email-connect.svg', dark: 'file:email-connect.dark.svg' },
    group: ['input'],
    ...VERSIONS,
    subtitle: '={{ $parameter["sessionName"] + ": " + $parameter["protocol"].toUpperCase() }}',
    description: 'Open a mail session that later email nodes of the workflow run reuse by its name',
    defaults: { name: 'Email Connect' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    // Written out and not derived: the community lint reads the names here. A unit test ties them to the matrix.
    credentials: [
      {
        name: 'emailExchangeBasicApi',
        required: true,
        testedBy: 'emailExchangeBasicApiTest',
        displayOptions: shownFor('emailExchangeBasicApi'),
      },
      {
        name: 'emailExchangeNtlmApi',
        required: true,
        testedBy: 'emailExchangeNtlmApiTest',
        displayOptions: shownFor('emailExchangeNtlmApi'),
      },
      {
        name: 'emailGmailAppPasswordApi',
        required: true,
        testedBy: 'emailGmailAppPasswordApiTest',
        displayOptions: shownFor('emailGmailAppPasswordApi'),
      },
      {
        name: 'emailGmailOAuth2Api',
        required: true,
        displayOptions: shownFor('emailGmailOAuth2Api'),
      },
      {
        name: 'emailGmailPkceOAuth2Api',
        required: true,
        displayOptions: shownFor('emailGmailPkceOAuth2Api'),
      },
      {
        name: 'emailGmailServiceAccountApi',
        required: true,
        testedBy: 'emailGmailServiceAccountApiTest',
        displayOptions: shownFor('emailGmailServiceAccountApi'),
      },
      {
        name: 'emailMsnBasicApi',
        required: true,
        testedBy: 'emailMsnBasicApiTest',
        displayOptions: shownFor('emailMsnBasicApi'),
      },
      {
        name: 'emailMsnOAuth2Api',
        required: true,
        displayOptions: shownFor('emailMsnOAuth2Api'),
      },
      {
        name: 'emailOutlookClientCredentialsApi',
        required: true,
        testedBy: 'emailOutlookClientCredentialsApiTest',
        displayOptions: shownFor('emailOutlookClientCredentialsApi'),
      },
      {
        name: 'emailOutlookOAuth2Api',
        required: true,
        displayOptions: shownFor('emailOutlookOAuth2Api'),
      },
      {
        name: 'emailOutlookPkceOAuth2Api',
        required: true,
        displayOptions: shownFor('emailOutlookPkceOAuth2Api'),
      },
      {
        name: 'emailServerBasicApi',
        required: true,
        testedBy: 'emailServerBasicApiTest',
        displayOptions: shownFor('emailServerBasicApi'),
      },
      {
        name: 'emailServerOAuth2Api',
        required: true,
        displayOptions: shownFor('emailServerOAuth2Api'),
      },
      {
        name: 'emailYahooAppPasswordApi',
        required: true,
        testedBy: 'emailYahooAppPasswordApiTest',
        displayOptions: shownFor('emailYahooAppPasswordApi'),
      },
    ],
    properties,
  };

  methods = { credentialTest: credentialTests };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return [await openSessions(this)];
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ICredentialDataDecryptedObject, ICredentialTestFunctions } from 'n8n-workflow';

import { openClient } from '../../../mail/session/open-client';
import type { Protocol } from '../../../mail/account/providers';
import { sessionSettings } from '../../../n8n/credential/build-settings';
import { readOptions } from '../../../n8n/credential/connect-options';
import { readCredential } from '../../../n8n/credential/read-credential';
import { credentialTests } from '../../../nodes/shared/connection/credential-test';
import { startIdentity, type Identity } from '../../servers/identity';
import { mail } from '../../servers/mailbox';
import { startOffice, type Office } from '../../servers/office';

const ADA = 'ada@example.test';

let identity: Identity;
let office: Office;

beforeAll(async () => {
  identity = await startIdentity();
  office = await startOffice({ identity });
  await office.mailbox(ADA).deliver('Inbox', [{ mime: mail({ subject: 'for ada' }) }]);
});
afterAll(async () => {
  await office.stop();
  await identity.stop();
  expect(office.problems()).toEqual([]);
});

/** A credential as it stands in n8n. */
const credential = (protocol: Protocol, changes: object = {}): ICredentialDataDecryptedObject => ({
  ...{ cloud: 'custom', user: ADA, secretType: 'clientSecret' },
  clientId: identity.apps.secretApp.id,
  clientSecret: identity.apps.secretApp.secret,
  customAuthority: identity.issuer,
  customScope: `https://${protocol === 'graph' ? 'graph.microsoft.com' : 'outlook.office365.com'}/.default`,
  customEwsUrl: protocol === 'ews' ? office.ews.url : '',
  customGraphUrl: protocol === 'graph' ? `${office.graph.url}/v1.0` : '',
  caCertificate: identity.ca,
  ...changes,
});

describe.each(['ews', 'graph'] as const)('an app over %s', (protocol) => {
  const cell = { provider: 'outlook', protocol, authentication: 'clientCredentials' } as const;

  it('opens any mailbox, with a token of its own', async () => {
    const data = credential(protocol);
    const options = readOptions({ connectTimeout: 5, commandTimeout: 5, idleTimeout: 5 });
    const typed = readCredential(cell, { name: 'Office', data });
    const client = await openClient(sessionSettings(cell, typed, options));
    const messages = await client.listMessages('INBOX', {}, { content: false }, 5);
    expect(messages.map(({ subject }) => subject)).toEqual(['for ada']);
    await client.close();
  });

  const test = async (data: ICredentialDataDecryptedObject) =>
    await credentialTests.emailOutlookClientCredentialsApiTest.call({} as ICredentialTestFunctions, {
      ...{ id: '1', name: 'Office', type: 'emailOutlookClientCredentialsApi', data },
    });

  it('passes the test of its credential', async () => {
    expect(await test(credential(protocol))).toEqual({ status: 'OK', message: 'Connection successful' });
  });

  it('gets an error that says what is missing when its token is for something else', async () => {
    const other = credential(protocol === 'ews' ? 'graph' : 'ews').customScope!;
    const verdict = await test(credential(protocol, { customScope: other }));
    expect(verdict.status).toBe('Error');
    expect(verdict.message).toMatch(/refused the access token\. .*application permission/);
  });
});

it('the test of a credential reports which protocols work', async () => {
  const data = credential('graph', { customEwsUrl: office.ews.url });
  const verdict = await credentialTests.emailOutlookClientCredentialsApiTest.call(
    {} as ICredentialTestFunctions,
    { id: '1', name: 'Office', type: 'emailOutlookClientCredentialsApi', data },
  );
  expect(verdict.status).toBe('OK');
  expect(verdict.message).toMatch(
    /^Connected with Microsoft Graph\. Failed with EWS: .* refused the access token/,
  );
});

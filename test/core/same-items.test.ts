import { afterAll, beforeAll, expect, test } from 'vitest';

import { PDF, MAIL } from '../contract/messages';
import { startEws, type EwsServer } from '../servers/exchange/ews';
import { startIdentity, type Identity } from '../servers/identity';
import { startOffice, type Office } from '../servers/office';
import { node, type WorkflowNode } from '../servers/workflow';
import { ALICE, expectSuccess, itemsOf, useLab } from './lab';
import { connect, mailbox } from './nodes';

// The same workflow over IMAP, EWS and Graph: only Connect differs, and the items are the same but for ids and sizes.

const lab = useLab();
const FOLDER = 'Same';

let exchange: EwsServer;
let identity: Identity;
let office: Office;

beforeAll(async () => {
  exchange = await startEws({ accounts: [{ user: 'alice', domain: '', password: 'secret' }] });
  identity = await startIdentity();
  office = await startOffice({ identity });
  lab().deliver(ALICE, FOLDER, [...MAIL]);
  const deliveries = MAIL.map(({ raw, read, flagged, receivedAt }) => ({
    ...{ mime: raw, isRead: read, isFlagged: flagged, receivedAt },
  }));
  for (const server of [exchange, office]) await server.mailbox(ALICE).deliver(FOLDER, deliveries);
});
afterAll(async () => {
  await Promise.all([exchange.stop(), office.stop()]);
  await identity.stop();
  expect([...exchange.problems, ...office.problems()]).toEqual([]);
});

/** Email Connect for another server than Dovecot. */
function connectTo(parameters: object, type: string, credential: object): WorkflowNode {
  lab().credentials[type] = credential;
  return {
    ...node('Connect', 'n8n-nodes-email-session.emailConnect', {
      ...parameters,
      options: { connectTimeout: 5, commandTimeout: 5, keepConnectionFor: 0 },
    }),
    credentials: { [type]: { id: type, name: type } },
  };
}

const PROTOCOLS = {
  imap: () => connect(ALICE),
  ews: () =>
    connectTo({ provider: 'exchange', protocol: 'ews', authentication: 'ntlm' }, 'emailExchangeNtlmApi', {
      ...{ ewsUrl: exchange.url, user: 'alice', password: 'secret', caCertificate: exchange.ca },
    }),
  graph: () =>
    connectTo(
      { provider: 'outlook', protocol: 'graph', authentication: 'clientCredentials' },
      'emailOutlookClientCredentialsApi',
      {
        ...{ cloud: 'custom', user: ALICE, secretType: 'clientSecret', caCertificate: identity.ca },
        clientId: identity.apps.secretApp.id,
        clientSecret: identity.apps.secretApp.secret,
        customAuthority: identity.issuer,
        customScope: 'https://graph.microsoft.com/.default',
        customGraphUrl: `${office.graph.url}/v1.0`,
      },
    ),
} as const;
const step = (name: string, resource: string, operation: string, parameters: object = {}) => ({
  ...mailbox(name, { resource, operation, ...parameters }),
  // The items of the node before are many, and the work is the same for all.
  executeOnce: true,
});
const path = (value: string) => ({ __rl: true, mode: 'path', value });
const inFolder = (filters: object, folder = FOLDER) => ({ select: 'filter', folder: path(folder), filters });

/** Every node gives items, and a later one finds the state that an earlier one left. */
const work = (): WorkflowNode[] => [
  step('Flat', 'message', 'getMany', { folder: path(FOLDER), options: { includeBody: true } }),
  step('Full', 'message', 'getMany', {
    ...{ folder: path(FOLDER), simplify: false, options: { includeBody: true } },
  }),
  step('One', 'message', 'get', { messageId: '={{ $json.id }}', simplify: false }),
  step('Thread', 'message', 'getThread', { messageId: '={{ $("Full").item.json.id }}' }),
  step('Filtered', 'message', 'getMany', {
    ...{ folder: path(FOLDER), filters: { from: 'ada', hasAttachments: true, smallerThan: 50 } },
  }),
  step('Attachments', 'attachment', 'getMany'),
  step('Downloaded', 'attachment', 'download', {
    output: 'message',
    messageId: '={{ $("Filtered").item.json.id }}',
  }),
  step('Dry', 'message', 'mark', { ...inFolder({ subject: 'plain' }), readState: 'no', dryRun: true }),
  step('Marked', 'message', 'mark', {
    ...{ ...inFolder({ from: 'ada' }), readState: 'no', flagState: 'yes', addKeywords: 'Invoice' },
  }),
  step('Flagged', 'message', 'getMany', {
    folder: path(FOLDER),
    simplify: false,
    filters: { flagged: true },
  }),
  step('Made', 'folder', 'create', { path: 'Other' }),
  step('Copied', 'message', 'copy', { ...inFolder({ subject: 'report' }), destination: path('Other') }),
  step('Moved', 'message', 'move', { ...inFolder({ from: 'bob' }), destination: path('Other') }),
  step('There', 'message', 'getMany', { folder: path('Other') }),
  step('Deleted', 'message', 'delete', { ...inFolder({ flagged: true }), permanently: true }),
  step('Left', 'folder', 'get', { folder: path(FOLDER) }),
  step('Renamed', 'folder', 'rename', { folder: path('Other'), newPath: 'Another' }),
  step('Emptied', 'folder', 'empty', { folder: path('Another') }),
  step('Gone', 'folder', 'delete', { folder: path('Another') }),
];

/** What no two protocols can agree on: ids, sizes that each counts in its own way, and names of parts. */
function common(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(common);
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value.trimEnd() : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !['id', 'previousId', 'threadId', 'part', 'size'].includes(name))
      .map(([name, one]) => [name, common(one)]),
  );
}

async function itemsOver(protocol: keyof typeof PROTOCOLS) {
  const nodes = work();
  const run = await lab().run([PROTOCOLS[protocol](), ...nodes]);
  expectSuccess(run);
  return Object.fromEntries(
    nodes.map(({ name }) => [
      name,
      itemsOf(run, name).map(({ json, binary = {} }) => ({
        json: common(json),
        files: Object.values(binary).map(({ fileName, mimeType, data }) => ({ fileName, mimeType, data })),
      })),
    ]),
  );
}

test('one workflow gives the same items over IMAP, EWS and Graph', async () => {
  const overImap = await itemsOver('imap');
  expect(overImap.Flat).toHaveLength(MAIL.length);
  expect(overImap.Downloaded?.[0]?.files.map(({ fileName }) => fileName)).toEqual(['Übersicht.pdf']);
  expect(Buffer.from(overImap.Downloaded?.[0]?.files[0]?.data ?? '', 'base64').equals(PDF)).toBe(true);
  expect(overImap.Emptied?.[0]?.json).toMatchObject({ deleted: 2 });
  expect(await itemsOver('ews')).toEqual(overImap);
  expect(await itemsOver('graph')).toEqual(overImap);
});

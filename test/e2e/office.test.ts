import { describe, expect, test } from 'vitest';

import { errorOf, itemsOf } from '../servers/n8n';
import { mail } from '../servers/mailbox';
import { chain } from '../servers/workflow';
import { OFFICE_CELLS, cellOf } from './cells';
import { mailbox, start, type MessageItem } from './nodes';
import { ALICE, NOT_SHARED, SHARED, connectWith, useOAuthLab, type Cell } from './oauth-lab';

// Office 365 over EWS and Graph in a real n8n: the same nodes as over IMAP, with another protocol in Connect.

const lab = useOAuthLab();
const FILE = Buffer.from('item,price\nstamps,12.50\n');

async function run(cell: Cell, nodes: ReturnType<typeof mailbox>[], parameters: object = {}) {
  const credential = await lab().credential(cell, `${cell.credentialType} ${cell.protocol}`);
  const connect = connectWith(cell, credential, parameters);
  const name = `${cell.protocol} ${cell.credentialType}`;
  return await lab().rest.runAndWait(
    await lab().rest.createWorkflow(chain(name, [start(), connect, ...nodes])),
  );
}

const subjects = (messages: MessageItem[]) => messages.map(({ subject }) => subject);
const step = (name: string, resource: string, operation: string, parameters: object = {}) =>
  mailbox(name, { resource, operation, ...parameters });
const path = (value: string) => ({ __rl: true, mode: 'path', value });

describe.each(OFFICE_CELLS)('$protocol with $authentication', (cell) => {
  test('reads and sends', async () => {
    const subject = `sent by ${cell.authentication} over ${cell.protocol}`;
    const send = step('Send', 'message', 'send', {
      ...{ toEmail: ALICE, subject, emailFormat: 'text', text: 'Hello' },
    });
    const result = await run(cell, [mailbox('Read'), mailbox('One', { limit: 1, returnAll: false }), send]);
    expect(result.error).toBeUndefined();
    expect(subjects(itemsOf<MessageItem>(result, 'Read'))).toContain(`to ${ALICE}`);
    expect(itemsOf<{ session: object }>(result, 'Connect')[0]?.session).toMatchObject({
      ...{
        provider: 'outlook',
        protocol: cell.protocol,
        authentication: cell.authentication,
        account: ALICE,
      },
    });
    const sent = lab()
      .office.sent()
      .map((raw) => /^Subject: (.*?)\r?$/m.exec(raw.toString())?.[1]);
    expect(sent.filter((one) => one === subject)).not.toHaveLength(0);
  });

  test('opens a shared mailbox', async () => {
    const result = await run(cell, [mailbox('Read')], { options: { mailbox: SHARED } });
    expect(result.error).toBeUndefined();
    expect(subjects(itemsOf<MessageItem>(result, 'Read'))).toEqual([`to ${SHARED}`]);
  });
});

test.each(['ews', 'graph'] as const)('a whole day of work over %s', async (protocol) => {
  const cell = cellOf('emailOutlookOAuth2Api', protocol);
  const folder = `Made over ${protocol}`;
  const subject = `a day over ${protocol}`;
  await lab()
    .office.mailbox(ALICE)
    .deliver('Inbox', [
      mail({ to: ALICE, subject, text: 'Hi', attachments: [{ filename: 'a.csv', content: FILE }] }),
    ]);
  const result = await run(cell, [
    step('Make', 'folder', 'create', { path: folder }),
    mailbox('List', { filters: { subject }, options: { includeHeaders: true } }),
    step('Download', 'attachment', 'download', { output: 'message' }),
    step('Mark', 'message', 'mark', { readState: 'yes', addKeywords: protocol }),
    step('Copy', 'message', 'copy', { destination: path(folder) }),
    step('Save', 'message', 'save', { messageId: '={{ $("List").item.json.id }}' }),
    step('Reply', 'message', 'reply', {
      ...{ messageId: '={{ $("List").item.json.id }}', emailFormat: 'text', text: 'Thanks' },
    }),
    step('Draft', 'draft', 'create', {
      toEmail: ALICE,
      subject: `draft ${protocol}`,
      emailFormat: 'text',
      text: 'x',
    }),
    step('Move', 'message', 'move', {
      messageId: '={{ $("List").item.json.id }}',
      destination: path(folder),
    }),
    step('Folders', 'folder', 'getMany', { options: { includeCounts: true } }),
  ]);
  expect(result.error).toBeUndefined();
  expect(subjects(itemsOf<MessageItem>(result, 'List'))).toEqual([subject]);
  const made = itemsOf<{ path: string }>(result, 'Folders').find((one) => one.path === folder);
  expect(made).toMatchObject({ total: 2, unread: 0 });
});

test('a token for one is refused by the other, with advice', async () => {
  const mailCell = cellOf('emailOutlookOAuth2Api', 'ews');
  const result = await run({ ...mailCell, data: (one) => mailCell.data(one, 'graph') }, [mailbox('Read')]);
  expect(errorOf(result)).toMatchObject({
    message: expect.stringMatching(/refused the access token$/) as string,
    description: expect.stringMatching(/EWS\.AccessAsUser\.All/) as string,
  });
});

test.each(['ews', 'graph'] as const)(
  'a mailbox that is not shared cannot be opened over %s',
  async (protocol) => {
    const cell = cellOf('emailOutlookOAuth2Api', protocol);
    const result = await run(cell, [mailbox('Read')], { options: { mailbox: NOT_SHARED } });
    expect(errorOf(result).message).toMatch(/refused the request|does not allow this/);
  },
);

test('when Exchange Online has switched EWS off, the error points to Graph', async () => {
  lab().office.ews.faults.push({ kind: 'status', status: 403 });
  const result = await run(cellOf('emailOutlookClientCredentialsApi', 'ews'), [mailbox('Read')]);
  expect(errorOf(result).description).toMatch(/Microsoft Graph/);
});

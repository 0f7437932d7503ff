import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { startEws, type EwsServer } from '../servers/exchange/ews';
import { debianClients } from './debian';
import { ADA, fillMailbox } from './mailbox';

const MINUTE = 60_000;

let server: EwsServer;
const dir = mkdtempSync(join(tmpdir(), 'exchangelib-'));
const steps = new Map<string, unknown>();

beforeAll(async () => {
  server = await startEws({
    accounts: [{ user: 'ada', domain: '', password: 'secret' }],
    directory: [
      { name: 'Carol Clark', address: 'carol@example.test' },
      { name: 'Carol Cook', address: 'carol.cook@example.test' },
    ],
  });
  await fillMailbox(server.mailbox(ADA));
  const authority = join(dir, 'ca.pem');
  writeFileSync(authority, server.ca);
  const root = await debianClients();
  const tour = join(__dirname, 'exchangelib_tour.py');
  // Debian's own Python, for which Debian's packages are built.
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [tour, server.url, authority], {
    env: {
      ...process.env,
      PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
      PYTHONDONTWRITEBYTECODE: '1',
    },
    timeout: MINUTE,
  });
  for (const line of stdout.trim().split('\n')) {
    const { step, result, error } = JSON.parse(line) as { step: string; result?: unknown; error?: string };
    steps.set(step, error ?? result);
  }
}, 2 * MINUTE);
afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true });
});

const FIVE = [0, 1, 2, 3, 4].map((number) => `Message ${number} & <more>`);
const LATER = ['No receipt please', 'Receipt please', 'With a message'];

/** What each step of exchangelib_tour.py comes to. */
const RESULTS: Readonly<Record<string, unknown>> = {
  folder_names: [
    ...['Archive', 'Calendar', 'Contacts', 'Deleted Items', 'Drafts', 'Inbox', 'Journal', 'Junk Email'],
    ...['Notes', 'Outbox', 'Sent Items', 'Tasks'],
  ],
  root_by_its_name: ['Root', 'Root'],
  find_folders_by_restriction: ['Deleted Items', 'Sent Items'],
  newest_first: [...LATER, ...FIVE.toReversed()],
  find_by_subject: FIVE,
  find_by_prefix: 1,
  find_unread: 8,
  find_by_date: 8,
  find_by_message_id: [FIVE[2]],
  find_without: [...FIVE.filter((_, number) => number !== 1), ...LATER],
  find_by_words: [1, 0],
  read_text: ['  Hello 0 – ü <b> & "q"', 'bob@example.test', '"Bob <&> Ü"', 'ada@example.test'],
  read_mime: 'From: =?UTF-8?B?IkJvYiA8Jj4gw5wi?= <bob@example.test>',
  read_headers: ['<m0@example.test>'],
  read_file: [['a0.txt', Buffer.from('file 0').toString('hex')]],
  read_attached_message: ['ItemAttachment', 'RE: Invoice 4711', 'RE: Invoice 4711', 'inner', ['a9.txt']],
  read_file_of_attached_message: 'file 9',
  other_items: [
    ['CalendarItem', 'An appointment'],
    ['MeetingRequest', 'A meeting'],
    ['Message', 'Undeliverable'],
    ['PostItem', 'A post'],
    ['Task', 'A task'],
  ],
  delete_other_items: 0,
  mark: [true, ['R&D', 'Blue'], 'High'],
  read_and_report: true,
  read_in_secret: true,
  properties_of_ones_own: [[FIVE[0]], [FIVE[0]], [null]],
  create_folder: ['Neu & <alt>'],
  move: [true, [FIVE[0]], 0],
  copy: [1, 1],
  rename_empty_and_delete_folder: [0, 0],
  synchronize: [true, ['delete', 'read_flag_change']],
  synchronize_folders: true,
  pull_events: ['CopiedEvent'],
  stream_events: ['CopiedEvent'],
  delete_several: [true, true, 'ErrorItemNotFound'],
  delete_softly: [FIVE[3]],
  send: true,
  send_and_keep: [['kept', '<b>x</b>\n']],
  send_mime: ['as it is'],
  draft_with_attachments: [['inner', 'b.txt'], ['b.txt']],
  change_and_send_draft: [0, ['changed']],
  reply_all_and_forward: true,
  resolve_names: [
    ['ada@example.test', 'Ada'],
    ['carol@example.test', 'Carol Clark'],
    ['carol.cook@example.test', 'Carol Cook'],
    'ErrorNameResolutionNoResults',
  ],
  convert_ids: ['OwaId'],
};

it('finishes the whole tour', () => {
  expect([...steps.keys()]).toEqual(Object.keys(RESULTS));
});

it.each(Object.entries(RESULTS))('exchangelib: %s', (step, wanted) => {
  expect(steps.get(step)).toEqual(wanted);
});

it('sends what was written, and a receipt only where one was agreed to', async () => {
  const sent = await Promise.all(server.sent.map(async ({ raw }) => await PostalMime.parse(raw)));
  expect(sent.map(({ subject }) => subject)).toEqual([
    ...['hi & <b>', 'kept', 'as it is', 'changed', 'Re: mine', 'Re: all', 'Fw: mine'],
  ]);
  expect(sent[0]!.text?.trim()).toBe('Größe 1 < 2');
  expect(sent[0]!.attachments.map(({ filename }) => filename)).toEqual(['a.txt']);
  expect(sent.at(-1)!.attachments.map(({ filename }) => filename)).toEqual(['a4.txt']);
  expect(server.receipts).toEqual([{ from: ADA, to: 'bob@example.test', kind: 'read' }]);
});

it('sends requests and gets replies that match the schema', () => {
  expect(server.problems).toEqual([]);
});

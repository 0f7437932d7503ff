import { expect, test } from 'vitest';

import { ALICE, useLab } from './lab';
import { connect, give, mailbox } from './nodes';

/*
 * What an expression or a workflow from elsewhere may give to any field, of which n8n itself drops some: nothing, another type, names that every object has, half a character. The
 * error names the field, and what the node does with the other items stays as it is.
 */

const lab = useLab();
const HALF = '\ud83d';
const V = '={{ $json.v }}';
const LETTER = { operation: 'send', fromEmail: ALICE, toEmail: 'bob@example.test', subject: 'x', html: 'x' };
const DRAFT = { ...LETTER, resource: 'draft', operation: 'create' };
const FOLDER = { resource: 'folder', operation: 'create' };
const FILES = { resource: 'attachment', operation: 'getMany', messageId: 'x' };

test.each<[string, object, unknown, RegExp]>([
  ['null for all filters', { filters: null }, 0, /^done$/],
  ['a text for all filters', { filters: 'x' }, 0, /^done$|^Filters: the expression gives something else/],
  ['a list for all filters', { filters: [1] }, 0, /^done$|^Filters: the expression gives something else/],
  ['an object for a filter', { filters: { subject: V } }, { toString: 1 }, /^done$/],
  ['an object for a size', { filters: { largerThan: V } }, { valueOf: 1 }, /^Filter "Larger Than"/],
  ['an object for a switch', { filters: { flagged: V } }, { toString: 1 }, /^Filter "Flagged"/],
  ['an object for a time', { filters: { receivedAfter: V } }, {}, /^Filter "Received After"/],
  ['an object for the limit', { limit: V }, { valueOf: 1 }, /^Limit: /],
  ['null for all options', { options: null }, 0, /^done$/],
  [
    'a text for all options',
    { options: '__proto__' },
    0,
    /^done$|^Options: the expression gives something else/,
  ],
  ['an object for an option', { options: { includeBody: V } }, { toString: 1 }, /^Include Body: /],
  ['an object for the session', { sessionName: V }, { toString: 1 }, /no .*session|session .*"\{/i],
  ['a resource of every object', { resource: '__proto__' }, 0, /^There is no operation .*"__proto__"/],
  ['an operation of every object', { operation: 'constructor' }, 0, /^There is no operation "constructor"/],
  ['half a character in a filter', { filters: { subject: V } }, HALF, /^Filter "Subject": .*half of a char/],
  ['half a character in a raw search', { filters: { raw: V } }, HALF, /^Raw Search: .*half of a char/],
  ['half a character in a folder', { folder: V }, HALF, /^Folder: .*half of a char/],
  ['half a character in a new folder', { ...FOLDER, path: V }, HALF, /^Path: .*half of a char/],
  ['half a character in a subject', { ...DRAFT, subject: V }, HALF, /^Subject: .*half of a char/],
  ['half a character in the HTML', { ...DRAFT, html: V }, `x${HALF}`, /^HTML: .*half of a char/],
  ['half a character in the text', { ...DRAFT, emailFormat: 'text', text: V }, HALF, /^Text: .*half of a/],
  ['half a character in a name', { ...DRAFT, toEmail: V }, `${HALF} <a@b.test>`, /^To: .*half of a char/],
  [
    'a list for the headers',
    { ...DRAFT, options: { headers: [null] } },
    0,
    /^done$|^Headers: the expression gives something else/,
  ],
  ['null for the headers', { ...DRAFT, options: { headers: null } }, 0, /^done$/],
  ['null for a header', { ...DRAFT, options: { headers: { header: [null] } } }, 0, /^done$|^Headers: /],
  ['nothing for the images', { ...DRAFT, options: { inlineImages: V } }, null, /^done$|^Inline Images: /],
  ['a text for the images', { ...DRAFT, options: { inlineImages: 'x' } }, 0, /^done$|^Inline Images: /],
  ['an importance of every object', { ...DRAFT, options: { importance: V } }, '__proto__', /^Importance: /],
  ['null for the attachment filters', { ...FILES, attachmentFilters: null }, 0, /^Message ID: |not the id/],
  ['a filter of every object', { ...FILES, attachmentFilters: { inline: V } }, '__proto__', /^Inline: /],
  ['another filter of it', { ...FILES, attachmentFilters: { inline: V } }, 'constructor', /^Inline: /],
])('%s', async (_, parameters, v, message) => {
  const run = await lab().run([connect(ALICE), give('Items', [{ v }]), mailbox('Node', parameters)]);
  const error = run.data.resultData.error as { name?: string; message: string } | undefined;
  expect(error?.message ?? 'done').toMatch(message);
  expect(error?.name ?? 'NodeOperationError').toBe('NodeOperationError');
});

test.each<[string, object, unknown, RegExp]>([
  ['null for all options', { options: V }, null, /^done$/],
  ['a provider of every object', { provider: V }, '__proto__', /^Provider: "__proto__" is not known/],
  ['a protocol of every object', { protocol: V }, 'constructor', /^Protocol: .*"constructor"/],
  ['an object for the protocol', { protocol: V }, { toString: 1 }, /^Protocol: /],
])('Connect: %s', async (_, parameters, v, message) => {
  const node = connect(ALICE, parameters);
  if ('options' in parameters) Object.assign(node.parameters, { options: V });
  const run = await lab().run([give('Items', [{ v }]), node]);
  expect(run.data.resultData.error?.message ?? 'done').toMatch(message);
  // Without options, a connection is kept for the next run.
  lab().wire.dropAll();
});

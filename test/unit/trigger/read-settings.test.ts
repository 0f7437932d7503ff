import type { ITriggerFunctions } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';

import type { Message } from '../../../mail/model/message';
import { readSettings } from '../../../nodes/EmailTrigger/read-settings';

type Parameters = Record<string, unknown>;

/** As a trigger's context gives parameters: without the number of an item. */
function settingsWith(parameters: Parameters, written: Parameters = {}, typeVersion = 1) {
  const all: Parameters = {
    ...{ sessionName: 'Default', provider: 'other', protocol: 'imap', authentication: 'basic' },
    folder: { mode: 'path', value: 'INBOX' },
    ...parameters,
  };
  const context = {
    getNodeParameter: (name: string, fallback?: unknown) =>
      name.split('.').reduce<unknown>((value, key) => (value as Parameters | undefined)?.[key], all) ??
      fallback,
    getTimezone: () => 'Europe/Berlin',
    getNode: () => ({
      ...{ name: 'Email Trigger', type: 'emailTrigger', typeVersion },
      parameters: { ...parameters, ...written },
    }),
  };
  return readSettings(context as unknown as ITriggerFunctions);
}

const refusal = (parameters: Parameters): unknown => {
  try {
    return settingsWith(parameters);
  } catch (error) {
    return error;
  }
};

describe('the settings of a trigger', () => {
  it('are the presets if nothing was changed', () => {
    expect(settingsWith({})).toMatchObject({
      ...{ sessionName: 'Default', folder: 'INBOX', start: 'new', checkEvery: 30_000 },
      ...{
        oneRunPer: 'message',
        mostRuns: 10,
        onSuccess: undefined,
        onFailure: undefined,
        keyword: undefined,
      },
      wanted: { content: false, headers: false },
    });
  });

  it('are those that were chosen', () => {
    const found = settingsWith({
      ...{ folder: { mode: 'use', value: '\\Archive' }, filters: { subject: 'Order', readState: 'unread' } },
      ...{ startWith: 'since', since: '2026-11-01T00:00:00', oneRunPer: 'batch' },
      ...{ successAction: 'move', successFolder: { mode: 'path', value: 'Done' } },
      ...{
        failureAction: 'keyword',
        failureKeyword: 'Failed',
        rememberIn: 'mailbox',
        rememberKeyword: 'Seen',
      },
      options: { checkEvery: 60, mostRuns: 2, includeBody: true },
    });
    expect(found).toMatchObject({
      ...{ folder: '\\Archive', query: { subject: ['Order'], isRead: false }, oneRunPer: 'batch' },
      start: { since: new Date('2026-11-01T00:00:00+01:00') },
      onSuccess: { do: 'move', folder: 'Done' },
      onFailure: { do: 'mark', marks: { addKeywords: ['Failed'] } },
      ...{ keyword: 'Seen', checkEvery: 60_000, mostRuns: 2, wanted: { content: true } },
    });
  });

  it('say what items hold, in each version', () => {
    const content = { text: 'See https://x.test', html: '<p>See <a href="https://x.test">this</a></p>' };
    const message = {
      ...{ id: '1', folder: 'INBOX', subject: 'S', isRead: false, isFlagged: false, size: 1 },
      ...{ from: [], to: [], cc: [{ name: '', address: 'c@x.test' }], bcc: [], replyTo: [], attachments: [] },
      content,
    } as unknown as Message;
    const one = settingsWith({ options: { includeBody: true } });
    expect(one.wanted.content).toBe(true);
    expect(one.toJson(message)).toMatchObject({ ...content, isFlagged: false });
    const two = settingsWith({ body: 'markdown', options: { maxLength: 3 } }, {}, 2);
    expect(two.wanted.content).toBe(true);
    expect(two.toJson(message)).toMatchObject({
      ...{ cc: 'c@x.test', markdown: 'See', truncated: true },
      bodyLength: 'See [this](https://x.test)'.length,
    });
    expect(settingsWith({}, {}, 2).wanted.content).toBe(false);
    expect(settingsWith({ output: 'fields', outputFields: ['size'] }, {}, 2).toJson(message)).toEqual({
      size: 1,
    });
  });

  it('have the same start again, if its expression has another value at the next activation', () => {
    const at = (since: string, text = '={{ $now.minus(1, "day") }}') =>
      settingsWith({ startWith: 'since', since }, { since: text }).startAsWritten;
    expect(at('2026-11-01T00:00:00')).toEqual(at('2026-11-02T00:00:00'));
    expect(at('2026-11-01T00:00:00')).not.toEqual(at('2026-11-01T00:00:00', '={{ $now }}'));
    expect(settingsWith({}).startAsWritten).not.toEqual(settingsWith({ startWith: 'unread' }).startAsWritten);
  });

  it.each([
    ['an empty folder', { folder: { mode: 'path', value: ' ' } }, 'Folder'],
    ['no time to start with', { startWith: 'since' }, 'Since'],
    ['an unknown start', { startWith: 'old' }, 'Start With'],
    ['a filter without a value', { filters: { from: '' } }, 'Filter "From"'],
    ['a filter with an empty value', { filters: { cc: ['a', ''] } }, 'Filter "CC"'],
    ['no keyword to add', { successAction: 'keyword' }, 'When the Run Succeeds'],
    ['no folder to move to', { failureAction: 'move' }, 'When the Run Fails'],
    [
      'a move to the folder that it listens to',
      { successAction: 'move', successFolder: { mode: 'use', value: '\\Inbox' } },
      'When the Run Succeeds',
    ],
    ['deleting what failed', { failureAction: 'delete' }, 'When the Run Fails'],
    ['no runs at all', { options: { mostRuns: 0 } }, 'Most Runs at Once'],
    ['checks all the time', { options: { checkEvery: 0.1 } }, 'Check Every'],
    ['an empty session name', { sessionName: '' }, 'Session Name'],
    ['a text for all filters', { filters: 'x' }, 'Filters: the expression gives something else than filters'],
    ['a text for all options', { options: 'x' }, 'Options: the expression gives something else than options'],
    [
      'changes by a session that is to change nothing',
      { options: { readOnly: true }, failureAction: 'flag' },
      'Read Only: the trigger itself changes messages, by "When the Run Fails"',
    ],
  ])('are refused with %s', (_, parameters, field) => {
    expect(refusal(parameters)).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(field),
    });
  });

  it('may filter by labels over IMAP only', () => {
    const filters = { label: 'Invoice' };
    expect(settingsWith({ filters }).query.label).toEqual(['Invoice']);
    const graph = { provider: 'outlook', protocol: 'graph', authentication: 'clientCredentials' };
    for (const connection of [graph, { protocol: 'pop3' }]) {
      expect(refusal({ ...connection, filters })).toMatchObject({
        code: 'NOT_SUPPORTED',
        message: 'Labels: only Gmail over IMAP has them',
      });
    }
  });

  it('over POP3 may delete after success, and need no folder', () => {
    expect(settingsWith({ protocol: 'pop3', folder: '', successAction: 'delete' })).toMatchObject({
      folder: 'INBOX',
      onSuccess: { do: 'delete', permanently: true },
    });
  });

  it.each([
    ['marks', { successAction: 'read' }, 'When the Run Succeeds'],
    ['flags', { failureAction: 'flag' }, 'When the Run Fails'],
    ['moves', { successAction: 'move', successFolder: 'Done' }, 'When the Run Succeeds'],
    ['keywords that remember', { rememberIn: 'mailbox' }, 'Remember In'],
    ['a filter by read state', { filters: { readState: 'unread' } }, 'Read State'],
    ['a search of the server', { filters: { raw: 'UNSEEN' } }, 'Raw Search'],
  ])('over POP3 are refused with %s', (_, parameters, field) => {
    const error = refusal({ protocol: 'pop3', ...parameters }) as Error & { description: string };
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining('POP3 cannot') });
    expect(`${error.message} ${error.description}`).toContain(field);
  });
});

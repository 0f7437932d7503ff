import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Logger } from 'n8n-workflow';
import { expect, test } from 'vitest';

import type { SessionEvent } from '../../../mail/session/observer';
import { sessionLog } from '../../../n8n/run/session-log';

const PAGE = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'operators.md'), 'utf8');

const usage = { logins: 1, commands: 9, bytesSent: 5, bytesReceived: 7, connectedMs: 20, waitedMs: 3 };

const EVENTS: SessionEvent[] = [
  { type: 'login', took: 5 },
  { type: 'taken', took: 5 },
  ...(['lost', 'idle', 'wanted'] as const).map((reason) => ({ type: 'reconnect', reason }) as const),
  ...(['own limit', 'server'] as const).flatMap((waitsFor): SessionEvent[] => [
    { type: 'waiting', waitsFor },
    { type: 'waited', waitsFor, took: 5 },
  ]),
  { type: 'given up', reason: 'idle' },
  { type: 'given up', reason: 'wanted' },
  { type: 'refused', code: 'CONNECTION_LIMIT', message: 'full' },
  ...(
    ['run ended', 'run cancelled', 'run put away', 'disconnected', 'replaced', 'login failed'] as const
  ).map((reason): SessionEvent => ({ type: 'closed', reason, isKept: false, usage })),
  { type: 'closed', reason: 'run ended', isKept: true, usage },
];

function lineOf(event: SessionEvent): [string, Record<string, unknown>] {
  const lines: [string, Record<string, unknown>][] = [];
  const logger = { debug: (text, fields = {}) => lines.push([text, fields]) } as Partial<Logger> as Logger;
  sessionLog(logger, { executionId: '12' })({ session: 'Work', account: 'a@example.test', event });
  expect(lines.length).toBe(1);
  return lines[0]!;
}

test.each(EVENTS.map((event) => [event.type, event] as const))(
  'the documentation has the line and the fields of "%s"',
  (_, event) => {
    const [text, { reason, ...fields }] = lineOf(event);
    expect(PAGE).toMatch(new RegExp(`^\\| ${text} +\\|`, 'm'));
    if (reason !== undefined && event.type !== 'refused') expect(PAGE).toContain(`\`${String(reason)}\``);
    const unexplained = Object.keys(fields).filter((name) => !PAGE.includes(`\`${name}\``));
    expect(unexplained).toEqual([]);
  },
);

test('the session of a trigger has its workflow in place of a run', () => {
  const lines: object[] = [];
  const logger = { debug: (_, fields = {}) => lines.push(fields) } as Partial<Logger> as Logger;
  const event = { type: 'login', took: 5 } as const;
  sessionLog(logger, { workflowId: 'w1' })({ session: 'Work', account: 'a', event });
  expect(lines).toEqual([{ workflowId: 'w1', session: 'Work', account: 'a', ms: 5 }]);
  expect(PAGE).toContain('`workflowId`');
});

test('what may hold a secret is left out: the text of an error that is no mail error', () => {
  const refused = { type: 'refused', message: 'what happened' } as const;
  expect(lineOf({ ...refused, code: 'AUTHENTICATION_FAILED' })[1].error).toBe('what happened');
  expect(lineOf({ ...refused, code: 'UNKNOWN' })[1]).toEqual({
    executionId: '12',
    session: 'Work',
    account: 'a@example.test',
    reason: 'UNKNOWN',
  });
});

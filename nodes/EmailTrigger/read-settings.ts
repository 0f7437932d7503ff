import type { INode, ITriggerFunctions } from 'n8n-workflow';

import { findConnection } from '../../mail/account/providers';
import { invalidInput, notSupported } from '../../mail/errors';
import { assertNoLabels } from '../../mail/model/labels';
import { assertQuery, type MessageQuery } from '../../mail/model/query';
import type { WatchStart } from '../../mail/session/folder-watch';
import type { CredentialContext } from '../../n8n/credential/managed-login';
import { settingsOfNode } from '../../n8n/credential/node-settings';
import type { OutboundContext } from '../../n8n/outbound';
import { checkedName } from '../../n8n/run/session-parameter';
import type { ListenerSettings } from '../../n8n/trigger/listener-settings';
import { readFolder } from '../EmailMailbox/actions/fields/folder-field';
import {
  numberOf,
  readChoice,
  readSwitch,
  readTime,
  textOf,
  type ParameterContext,
} from '../EmailMailbox/actions/fields/read-parameters';
import { emptyFilters, readFilters } from '../EmailMailbox/actions/message/filters';
import { readOutputOptions, wantedFor } from '../EmailMailbox/actions/message/output';
import { readAfterRun, readKeyword } from './after-run-fields';
import { PRESETS, WAKES_RUNS } from './properties';

/** Of a number of seconds, as for the other times. */
const LONGEST = 24 * 60 * 60;
const MOST_RUNS = 1000;

/**
 * Reads all parameters of the trigger, because n8n resolves their expressions only while it activates the trigger. The
 * credential is read later, at each login.
 *
 * @throws {MailError} INVALID_INPUT; NOT_SUPPORTED for what the protocol cannot do
 */
export function readSettings(trigger: ITriggerFunctions): ListenerSettings {
  const context = parametersOf(trigger);
  const connection = {
    provider: trigger.getNodeParameter('provider', ''),
    protocol: trigger.getNodeParameter('protocol', ''),
    authentication: trigger.getNodeParameter('authentication', ''),
    options: trigger.getNodeParameter('options', {}),
  };
  const { protocol } = findConnection(
    textOf(connection.provider),
    textOf(connection.protocol),
    textOf(connection.authentication),
  );
  assertMayChange(context);
  const folder = protocol === 'pop3' ? 'INBOX' : readFolder(context, 'folder', 0);
  const output = readOutputOptions(context, 0, readSwitchOr(context, 'simplify', 'Simplify', true));
  return {
    sessionName: checkedName(trigger.getNodeParameter('sessionName', '')),
    sessionSettings: async () =>
      await settingsOfNode(
        trigger as ITriggerFunctions & CredentialContext & OutboundContext,
        (name, fallback) => connection[name as keyof typeof connection] ?? fallback,
      ),
    folder,
    query: readQuery(context, protocol),
    wanted: wantedFor(output),
    start: readStart(context),
    startAsWritten: startAsWritten(trigger.getNode()),
    checkEvery:
      number(context, 'options.checkEvery', 'Check Every (Seconds)', PRESETS.checkEvery, 5, LONGEST) * 1000,
    oneRunPer: readChoice(context, 'oneRunPer', 'One Run Per', ['message', 'batch'], 0),
    mostRuns: number(context, 'options.mostRuns', 'Most Runs at Once', PRESETS.mostRuns, 1, MOST_RUNS),
    ...readAfterRun(context, protocol, folder),
    keyword: readRememberIn(context, protocol),
    wakesRuns: readSwitchOr(
      context,
      `options.${WAKES_RUNS.name}`,
      WAKES_RUNS.displayName,
      WAKES_RUNS.default,
    ),
    toJson: output.toJson,
  };
}

/**
 * Otherwise the trigger would be refused what it does after each run.
 *
 * @throws {MailError} INVALID_INPUT
 */
function assertMayChange(context: ParameterContext): void {
  const is = (name: string, preset: string) => context.getNodeParameter(name, 0, preset) === preset;
  if (!readSwitch(context, 'options.readOnly', 'Read Only', 0)) return;
  const changing = [
    ['When the Run Succeeds', is('successAction', 'nothing')],
    ['When the Run Fails', is('failureAction', 'nothing')],
    ['Remember In', is('rememberIn', 'workflow')],
  ].find(([, isHarmless]) => !isHarmless);
  if (!changing) return;
  throw invalidInput(
    'Read Only',
    `the trigger itself changes messages, by "${String(changing[0])}"`,
    `Remove the option "Read Only", or set "${String(changing[0])}" so that it changes nothing.`,
  );
}

/** A trigger has no items: the number of the item is left out. */
const parametersOf = (trigger: ITriggerFunctions): ParameterContext => {
  const getNodeParameter = (name: string, _item: number, ...others: []) =>
    trigger.getNodeParameter(name, ...others);
  return {
    getNodeParameter: getNodeParameter as ParameterContext['getNodeParameter'],
    getNode: () => trigger.getNode(),
    getTimezone: () => trigger.getTimezone(),
  };
};

function readQuery(context: ParameterContext, protocol: string): MessageQuery {
  const query = assertQuery(readFilters(context, 0));
  const [empty] = emptyFilters(context, 0);
  if (empty !== undefined) {
    throw invalidInput(
      `Filter "${empty}"`,
      'it is empty, or its expression returned nothing, so too many messages would match',
      'Enter a value, or remove the filter.',
    );
  }
  // Otherwise the first new mail would be the first to show it.
  if (protocol !== 'imap') assertNoLabels(query);
  if (protocol !== 'pop3') return query;
  const missing = Object.entries({
    'Raw Search': query.raw,
    Keyword: query.keyword,
    'Without Keyword': query.withoutKeyword,
    'Read State': query.isRead,
    Flagged: query.isFlagged,
    Answered: query.isAnswered,
  }).find(([, value]) => value !== undefined);
  if (missing) {
    throw notSupported(
      'POP3',
      `filter by "${missing[0]}": its messages have no marks, and it has no search`,
      'Remove the filter, or set "Protocol" to "IMAP" if the account has it.',
    );
  }
  return query;
}

function readStart(context: ParameterContext): WatchStart {
  const choice = readChoice(context, 'startWith', 'Start With', ['new', 'unread', 'since'], 0);
  if (choice !== 'since') return choice;
  const since = readTime(context, 'Since', context.getNodeParameter('since', 0, ''));
  if (since) return { since };
  throw invalidInput('Since', 'it is empty', 'Enter a time such as 2026-11-23T10:00:00.');
}

const startAsWritten = ({ parameters = {} }: Partial<INode>): unknown => [
  parameters.startWith ?? 'new',
  parameters.startWith === 'since' || isExpression(parameters.startWith) ? parameters.since : undefined,
];

const isExpression = (value: unknown): boolean => typeof value === 'string' && value.startsWith('=');

function readRememberIn(context: ParameterContext, protocol: string): string | undefined {
  if (readChoice(context, 'rememberIn', 'Remember In', ['workflow', 'mailbox'], 0) === 'workflow')
    return undefined;
  if (protocol !== 'pop3') return readKeyword(context, 'rememberKeyword', 'Remember In', PRESETS.keyword);
  throw notSupported(
    'POP3',
    'mark messages: it has no flags',
    'Set "Remember In" to "Workflow", or "Protocol" to "IMAP" if the account has it.',
  );
}

function number(
  context: ParameterContext,
  name: string,
  displayName: string,
  preset: number,
  least: number,
  most: number,
): number {
  const value = context.getNodeParameter(name, 0, preset) as unknown;
  const found = numberOf(value);
  if (Number.isInteger(found) && found >= least && found <= most) return found;
  throw invalidInput(
    displayName,
    `${textOf(value)} is not a number from ${least} to ${most}`,
    `Enter a number from ${least} to ${most}.`,
  );
}

/** For a switch that is on unless it was changed. */
const readSwitchOr = (
  context: ParameterContext,
  name: string,
  displayName: string,
  preset: boolean,
): boolean =>
  context.getNodeParameter(name, 0, preset) === preset ? preset : readSwitch(context, name, displayName, 0);

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { MailClient, Outcomes } from '../../../../mail/client';
import { MailError, isMailError } from '../../../../mail/errors';
import type { Session } from '../../../../mail/session/session';
import { findSession } from '../../../../n8n/session';
import { sessionName } from '../../../../n8n/settings';
import { failedItem } from '../../../shared/per-item';
import type { Operation } from '../router';
import { readSelection, type FilterSelection } from './selection';

/** An operation that does the same to many messages with a few commands. */
export interface BulkAction<Parameters, Result> {
  /** What was done, as the field of the output that counts it: `moved`. */
  readonly done: string;
  /** Whether the work may be done again on a new connection; only where it then has no other effect. */
  readonly repeatable: boolean;
  /** The fields of the node beside the selection. Items with equal ones share their commands. */
  read(context: IExecuteFunctions, itemIndex: number): Parameters;
  run(client: MailClient, ids: string[], parameters: Parameters): Promise<Outcomes<Result>>;
  /** The output for one message that was named by its id. */
  toJson(id: string, result: Result, parameters: Parameters): IDataObject;
}

/** How many messages are changed at a time where all that match are meant, so that a failure is told early. */
const CHUNK = 5000;

/** The operation of a node that runs a bulk action for all its input items. */
export const bulkOperation =
  <P, R>(action: BulkAction<P, R>): Operation =>
  async (context) => {
    const named = new NamedMessages(action);
    const items = context.getInputData().map(async (_, itemIndex) => {
      const parameters = action.read(context, itemIndex);
      const session = await findSession(context, sessionName(context, itemIndex));
      const selection = readSelection(context, itemIndex);
      if ('ids' in selection) return named.add(session, parameters, selection.ids);
      // One after the other, and not before their turn: items may be about the same folder.
      return async () => [await runFilter(action, session, parameters, selection, context.continueOnFail())];
    });
    const prepared = await Promise.allSettled(items);
    await named.run();
    const output: INodeExecutionData[] = [];
    for (const [itemIndex, item] of prepared.entries()) {
      try {
        if (item.status === 'rejected') throw item.reason;
        for (const result of await item.value()) {
          if (isMailError(result)) output.push(failedItem(context, result, itemIndex));
          else output.push({ json: result, pairedItem: { item: itemIndex } });
        }
      } catch (error) {
        output.push(failedItem(context, error, itemIndex));
      }
    }
    return output;
  };

/** Gathers the messages that all items name, and works on those that go together at once. */
class NamedMessages<P, R> {
  private readonly groups = new Map<Session, Map<string, Group<P, R>>>();

  constructor(private readonly action: BulkAction<P, R>) {}

  /** @returns gives what became of the messages, once `run` is done */
  add(session: Session, parameters: P, ids: string[]): () => Promise<Array<IDataObject | MailError>> {
    const groups = this.groups.get(session) ?? new Map<string, Group<P, R>>();
    this.groups.set(session, groups);
    const key = JSON.stringify(parameters);
    const group = groups.get(key) ?? { parameters, ids: new Set<string>() };
    groups.set(key, group);
    for (const id of ids) group.ids.add(id);
    return async () => {
      if (group.error) throw group.error;
      return await Promise.resolve(ids.map((id) => this.resultOf(group, id)));
    };
  }

  async run(): Promise<void> {
    for (const [session, groups] of this.groups) {
      for (const group of groups.values()) {
        try {
          group.outcomes = await session.use(
            async (client) => await this.action.run(client, [...group.ids], group.parameters),
            { repeatable: this.action.repeatable },
          );
        } catch (error) {
          group.error = error as Error;
        }
      }
    }
  }

  private resultOf(group: Group<P, R>, id: string): IDataObject | MailError {
    const outcome = group.outcomes?.get(id);
    if (outcome === undefined) throw new TypeError(`No outcome for ${id}`);
    return isMailError(outcome) ? outcome : this.action.toJson(id, outcome as R, group.parameters);
  }
}

interface Group<P, R> {
  parameters: P;
  ids: Set<string>;
  outcomes?: Outcomes<R>;
  error?: Error;
}

/** Works on all messages of a folder that match, and tells how many there were. */
async function runFilter<P, R>(
  action: BulkAction<P, R>,
  session: Session,
  parameters: P,
  { folder, query, dryRun }: FilterSelection,
  continueOnFail: boolean,
): Promise<IDataObject> {
  const ids = await session.use(async (client) => await client.findMessages(folder, query, Infinity), {
    repeatable: true,
  });
  const report = { folder, matched: ids.length };
  if (dryRun) return { ...report, [action.done]: 0, failed: [], dryRun };
  const failed: Array<{ id: string; error: MailError }> = [];
  let handled = 0;
  for (let start = 0; start < ids.length; start += CHUNK) {
    const chunk = ids.slice(start, start + CHUNK);
    const outcomes = await session
      .use(async (client) => await action.run(client, chunk, parameters), { repeatable: action.repeatable })
      .catch((error: Error) => error);
    if (outcomes instanceof Error) {
      // Nothing of this chunk was done. What was done before it must not go untold.
      if (handled === 0 || !isMailError(outcomes)) throw outcomes;
      for (const id of ids.slice(start)) failed.push({ id, error: outcomes });
      break;
    }
    for (const [id, outcome] of outcomes) if (isMailError(outcome)) failed.push({ id, error: outcome });
    handled += chunk.length;
  }
  const done = ids.length - failed.length;
  const [first] = failed;
  if (first && !continueOnFail) throw partlyFailed(action.done, done, failed.length, first.error);
  const errors = failed.map(({ id, error }) => ({ id, error: error.message }));
  return { ...report, [action.done]: done, failed: errors, dryRun };
}

const partlyFailed = (word: string, done: number, failed: number, first: MailError): MailError =>
  new MailError(
    first.code,
    `${done} ${done === 1 ? 'message was' : 'messages were'} ${word}, but ${failed} not: ${first.message}`,
    `${first.description} To get the ids of those that failed, set "On Error" in the settings of the node to "Continue".`,
  );

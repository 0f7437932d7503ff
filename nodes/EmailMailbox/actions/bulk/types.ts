import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { BatchResult, MailClient } from '../../../../mail/model/client';
import type { Selection } from './selection';

/** An operation that does the same to many messages with a few commands. */
export interface BulkAction<Parameters, Result> {
  /** The output field that counts the messages done: `moved`. */
  readonly done: string;
  /** Whether the work may be repeated on a new connection. Only if that has no further effect. */
  readonly repeatable: boolean;
  /** Which messages; by the fields "Messages", if absent. */
  select?(context: IExecuteFunctions, itemIndex: number): Selection;
  /** The fields of the node except the selection. Items with equal fields share commands. */
  read(context: IExecuteFunctions, itemIndex: number): Parameters;
  run(client: MailClient, ids: string[], parameters: Parameters): Promise<BatchResult<Result>>;
  /** The output for one message that was named by its id. */
  toJson(id: string, result: Result, parameters: Parameters): IDataObject;
}

/** The result for a message, or for all matches of a filter. */
export interface BulkResult {
  json: IDataObject;
  /** Why it was not done, or not completely. */
  error?: Error;
}

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { BatchResult, MailClient } from '../../../../mail/model/client';

/** An operation that does the same to many messages with a few commands. */
export interface BulkAction<Parameters, Result> {
  /** What was done, as the field of the output that counts it: `moved`. */
  readonly done: string;
  /** Whether the work may be done again on a new connection; only where it then has no other effect. */
  readonly repeatable: boolean;
  /** The fields of the node beside the selection. Items with equal ones share their commands. */
  read(context: IExecuteFunctions, itemIndex: number): Parameters;
  run(client: MailClient, ids: string[], parameters: Parameters): Promise<BatchResult<Result>>;
  /** The output for one message that was named by its id. */
  toJson(id: string, result: Result, parameters: Parameters): IDataObject;
}

/** What became of a message, or of all that a filter matched. */
export interface BulkResult {
  json: IDataObject;
  /** Why it was not done, or not wholly. */
  error?: Error;
}

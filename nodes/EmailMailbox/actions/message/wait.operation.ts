import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidInput, MailError } from '../../../../mail/errors';
import { folderName } from '../../../../mail/model/folder';
import { waitForMessages } from '../../../../mail/session/wait';
import { forEachItem } from '../shared/each-item';
import { folderField, readFolder } from '../fields/folder-field';
import { numberOf, readChoice, textOf } from '../fields/read-parameters';
import { FILTER_FIELDS } from './filter-fields';
import { readFilters } from './filters';
import { OUTPUT_OF_MANY } from './output-fields';
import { readOutputOptions, toResults, wantedFor } from './output';
import { defineOperation } from '../operation';

/** Seconds. For longer waits, use a trigger. */
const LONGEST = 24 * 60 * 60;

export const wait = defineOperation({
  value: 'wait',
  name: 'Wait for Message',
  action: 'Wait for a message',
  description: 'Wait until a message that matches the filters arrives',
  fields: [
    folderField({ displayName: 'Folder', name: 'folder', default: 'INBOX', description: 'Folder to watch' }),
    ...FILTER_FIELDS,
    {
      displayName: 'Timeout (Seconds)',
      name: 'timeout',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: LONGEST },
      default: 300,
      description: 'How long to wait for a message',
    },
    {
      displayName: 'On Timeout',
      name: 'onTimeout',
      type: 'options',
      options: [
        { name: 'Fail', value: 'fail', description: 'End with an error' },
        { name: 'Return an Item', value: 'item', description: 'Return an item with "timedOut" set to true' },
        { name: 'Return Nothing', value: 'nothing', description: 'Return no item, so this branch ends' },
      ],
      default: 'fail',
    },
    {
      displayName: 'Include Messages Already There',
      name: 'includeExisting',
      type: 'boolean',
      default: false,
      description:
        'Whether to also accept matching messages that are already in the folder. If off, only new messages count.',
    },
    ...OUTPUT_OF_MANY,
  ],
  execute: forEachItem({ repeatable: true }, async (context, itemIndex, { session }) => {
    const folder = readFolder(context, 'folder', itemIndex);
    const query = readFilters(context, itemIndex);
    const seconds = readTimeout(context, itemIndex);
    const onTimeout = readChoice(context, 'onTimeout', 'On Timeout', ['fail', 'item', 'nothing'], itemIndex);
    const options = readOutputOptions(context, itemIndex);
    const messages = await waitForMessages(await session(), {
      folder,
      query,
      wanted: wantedFor(options),
      includeExisting: context.getNodeParameter('includeExisting', itemIndex, false) === true,
      timeout: seconds * 1000,
      signal: context.getExecutionCancelSignal(),
    });
    if (messages.length > 0) return await toResults(context, await session(), messages, options);
    if (onTimeout === 'nothing') return [];
    if (onTimeout === 'fail') throw timedOut(folder, seconds);
    return [{ json: { timedOut: true, folder, waited: seconds } }];
  }),
});

function readTimeout(context: IExecuteFunctions, itemIndex: number): number {
  const value = context.getNodeParameter('timeout', itemIndex, 300) as unknown;
  const seconds = numberOf(value);
  if (seconds > 0 && seconds <= LONGEST) return seconds;
  throw invalidInput(
    'Timeout (Seconds)',
    `${textOf(value)} is not a valid number of seconds`,
    `Enter a number of seconds from 1 to ${LONGEST}.`,
  );
}

const timedOut = (folder: string, seconds: number): MailError =>
  new MailError(
    'WAIT_TIMEOUT',
    `No matching message arrived in "${folderName(folder)}" within ${seconds} seconds`,
    'Wait longer, check the filters, or set "On Timeout" to continue without a message.',
  );

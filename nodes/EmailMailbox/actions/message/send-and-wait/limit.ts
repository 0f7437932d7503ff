import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { invalidInput } from '../../../../../mail/errors';
import { isObject } from '../../../../../n8n/expression-values';
import { FOR_EVER } from '../../../../../n8n/wait/waiting-run';
import { numberOf, readTime, textOf } from '../../fields/read-parameters';

const SECONDS = { minutes: 60, hours: 60 * 60, days: 24 * 60 * 60 };

const shownFor = (limitType: string): INodeProperties['displayOptions'] => ({
  show: { limitType: [limitType] },
});

/** As n8n's own nodes have it. */
export const LIMIT_WAIT_TIME: INodeProperties = {
  displayName: 'Limit Wait Time',
  name: 'limitWaitTime',
  type: 'fixedCollection',
  description:
    'How long to wait for the answer at most. Then the run goes on with an item that says "timedOut". n8n looks once a minute.',
  default: { values: { limitType: 'afterTimeInterval', resumeAmount: 45, resumeUnit: 'minutes' } },
  options: [
    {
      displayName: 'Values',
      name: 'values',
      values: [
        {
          displayName: 'Limit Type',
          name: 'limitType',
          type: 'options',
          default: 'afterTimeInterval',
          options: [
            { name: 'After Time Interval', value: 'afterTimeInterval', description: 'Wait for some time' },
            {
              name: 'At Specified Time',
              value: 'atSpecifiedTime',
              description: 'Wait until a date and time',
            },
          ],
        },
        {
          displayName: 'Amount',
          name: 'resumeAmount',
          type: 'number',
          typeOptions: { minValue: 0, numberPrecision: 2 },
          default: 1,
          description: 'How many minutes, hours or days to wait',
          displayOptions: shownFor('afterTimeInterval'),
        },
        {
          displayName: 'Unit',
          name: 'resumeUnit',
          type: 'options',
          options: [
            { name: 'Minutes', value: 'minutes' },
            { name: 'Hours', value: 'hours' },
            { name: 'Days', value: 'days' },
          ],
          default: 'hours',
          displayOptions: shownFor('afterTimeInterval'),
        },
        {
          displayName: 'Max Date and Time',
          name: 'maxDateAndTime',
          type: 'dateTime',
          default: '',
          description: 'Without a time zone, the time zone of the workflow is used',
          displayOptions: shownFor('atSpecifiedTime'),
        },
      ],
    },
  ],
};

/**
 * Until when to wait.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function readLimit(context: IExecuteFunctions, options: IDataObject): Date {
  const { limitWaitTime } = options;
  const values = isObject(limitWaitTime) ? limitWaitTime.values : undefined;
  if (!isObject(values)) return FOR_EVER;
  const { limitType = 'afterTimeInterval', resumeAmount = 1, resumeUnit = 'hours', maxDateAndTime } = values;
  if (limitType === 'atSpecifiedTime') return atTime(context, maxDateAndTime);
  const seconds = numberOf(resumeAmount) * (SECONDS[resumeUnit as keyof typeof SECONDS] ?? NaN);
  const until = new Date(Date.now() + seconds * 1000);
  if (seconds > 0 && until <= FOR_EVER) return until;
  throw invalidInput(
    'Limit Wait Time',
    `${textOf(resumeAmount)} ${textOf(resumeUnit)} is not a time to wait`,
    'Enter a number of minutes, hours or days, more than 0.',
  );
}

function atTime(context: IExecuteFunctions, value: unknown): Date {
  const until = readTime(context, 'Max Date and Time', value);
  if (until && until.getTime() > Date.now() && until <= FOR_EVER) return until;
  throw invalidInput(
    'Max Date and Time',
    until ? 'it is not in the future' : 'it is empty',
    'Enter a time in the future, such as {{ $now.plus({ days: 2 }) }}.',
  );
}

import type { IDataObject } from 'n8n-workflow';

import { formatAddresses } from '../../../../../mail/model/addresses';
import { isObject } from '../../../../../n8n/expression-values';
import type { MailAnswer } from '../../../../../n8n/trigger/answers';
import type { Question } from './question';

/**
 * The answer for the item, from what the trigger has read.
 *
 * @returns undefined if the sender may not answer
 */
export function answerByMail(
  { answerers }: Pick<Question, 'answerers'>,
  given: unknown,
): IDataObject | undefined {
  if (!isObject(given) || !Array.isArray(given.from)) return undefined;
  const { text, quotedHistory, truncated, from, subject, id, messageId, receivedAt, attachments } =
    given as unknown as MailAnswer;
  const sender = from[0]?.address.toLowerCase() ?? '';
  if (answerers && !answerers.includes(sender)) return undefined;
  return {
    ...{
      text,
      quotedHistory,
      ...(truncated && { truncated }),
      from: formatAddresses(from),
      fromAddress: sender,
    },
    ...{ subject, id, messageId, receivedAt, attachments: attachments.map((one) => ({ ...one })) },
  };
}

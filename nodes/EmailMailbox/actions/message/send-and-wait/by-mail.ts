import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { MailError } from '../../../../../mail/errors';
import { parseAddresses } from '../../../../../mail/model/addresses';
import type { OutgoingMessage } from '../../../../../mail/model/outgoing';
import { answersAreHeard } from '../../../../../n8n/wait/listening';
import { proofOf, waitIdLeft, waitReference } from '../../../../../n8n/wait/wait-id';
import { hint } from '../../../../shared/hint';
import { isOn } from '../../fields/options';
import { ONLY_FROM_RECIPIENTS } from './fields';
import type { Question } from './question';

/**
 * What the mail has so that replies to it find the run. Also notes in the question who may answer.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function answeredByMail(
  context: IExecuteFunctions,
  question: Question,
  options: IDataObject,
  { to, cc, bcc }: Pick<OutgoingMessage, 'to' | 'cc' | 'bcc'>,
  urlOf: (parameters: Record<string, string>) => string,
): Pick<OutgoingMessage, 'idLeft' | 'references'> {
  if (isOn(ONLY_FROM_RECIPIENTS, options)) {
    const recipients = Object.entries({ To: to, CC: cc, BCC: bcc }).flatMap(([field, list]) =>
      parseAddresses(field, list),
    );
    question.answerers = [...new Set(recipients.map(({ address }) => address.toLowerCase()))];
  }
  const waiting = {
    ...{ runId: context.getExecutionId(), nodeId: context.getNode().id, question: question.id },
    proof: proofOf(urlOf, question.id),
  };
  return { idLeft: waitIdLeft(waiting), references: [waitReference(waiting)] };
}

/**
 * Refuses a question whose answer nobody would hear.
 *
 * @param mailbox of the session
 * @param letter whose sender gets the answers, or its Reply To
 * @throws {MailError} NOT_SUPPORTED; INVALID_INPUT naming the field
 */
export function assertHeard(
  context: IExecuteFunctions,
  mailbox: string,
  { from, replyTo }: Pick<OutgoingMessage, 'from' | 'replyTo'>,
): void {
  const addressesOf = (field: string, list?: string) =>
    parseAddresses(field, list).map(({ address }) => address);
  const chosen = addressesOf('Reply To', replyTo);
  const answered = chosen.length > 0 ? chosen : addressesOf('From', from);
  if (answersAreHeard([mailbox, ...answered]) !== false) return;
  const what = `No published workflow of this n8n listens to ${answered.join(', ')} with Email Trigger, so an answer by mail would not be heard`;
  const remedy =
    'Publish a workflow with an Email Trigger for this mailbox, or choose another "Response Type".';
  // Another address may be another name of a mailbox that is listened to.
  if (answered.some((one) => one.toLowerCase() !== mailbox.toLowerCase()))
    hint(context, `${what}. ${remedy}`);
  else throw new MailError('NOT_SUPPORTED', what, `${remedy} The message was not sent.`);
}

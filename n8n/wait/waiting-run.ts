import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import { MailError } from '../../mail/errors';

/*
 * A run that waits for an answer. n8n keeps the waiting node with its input on the stack of the run, and does not execute
 * it again: the run goes on with what the webhook of the node gives, or, if the time is over, with that input.
 */

/** n8n's operation value (SEND_AND_WAIT_OPERATION) for which it signs and checks the URLs of a waiting run. */
export const SEND_AND_WAIT = 'sendAndWait';

/** "For ever", as n8n writes it (WAIT_INDEFINITELY). */
export const FOR_EVER = new Date('3000-01-01T00:00:00.000Z');

/** The part of n8n's contexts that its public interface does not show: the entry of the stack (seen in 1.85 to 2.41). */
interface WithEntry {
  executeData?: { data?: { main?: unknown }; metadata?: Record<string, unknown> };
}

const KEY = 'emailQuestion';

/**
 * Makes the URLs by which the run can be answered. n8n signs their path and their parameters.
 *
 * @throws {MailError} NOT_SUPPORTED by an older n8n, and in a tool of an AI agent
 */
export function signedUrls(context: IExecuteFunctions): (parameters: Record<string, string>) => string {
  if (/(?<!Hitl)Tool$/.test(context.getNode().type)) throw notInTool();
  const isKnown = typeof (context as Partial<IExecuteFunctions>).getSignedResumeUrl === 'function';
  if (isKnown && (context as WithEntry).executeData) {
    return (parameters) => context.getSignedResumeUrl(parameters);
  }
  throw new MailError(
    'NOT_SUPPORTED',
    'This version of n8n cannot sign links for "Send and Wait for Response"',
    'Update n8n to 1.123 or newer. The message was not sent.',
  );
}

/** A model sees the message alone, so the remedy is in it. */
const notInTool = (): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    'A tool cannot wait for the response of a person: send the message with "Send" instead. It was not sent',
    'To let a person approve what an agent does, put "Human review" of Email Mailbox between the agent and its tool.',
  );

/**
 * Lets the run wait. Call it last, after `signedUrls` was asked whether that works here.
 *
 * @param question what the webhook needs to know of the question. It is stored with the run: JSON, and no secret
 * @param unanswered the items with which the run goes on if the time is over
 */
export async function waitForAnswer(
  context: IExecuteFunctions,
  { until, question, unanswered }: { until: Date; question: object; unanswered: INodeExecutionData[] },
): Promise<void> {
  const { executeData } = context as WithEntry;
  if (executeData) {
    executeData.metadata = { ...executeData.metadata, [KEY]: question };
    // Not into the items: those belong to the node before.
    executeData.data = { ...executeData.data, main: [unanswered] };
  }
  await context.putExecutionToWait(until);
}

/** What the run was given with `waitForAnswer`. */
export const questionOf = (context: IWebhookFunctions): object | undefined =>
  (context as WithEntry).executeData?.metadata?.[KEY] as object | undefined;

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { mailboxOf } from '../../../../mail/account/session-settings';
import type { OutgoingMessage } from '../../../../mail/model/outgoing';
import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { SEND_AND_WAIT, signedUrls, waitForAnswer } from '../../../../n8n/wait/waiting-run';
import { failedItem } from '../../../shared/per-item';
import { readOptions } from '../fields/options';
import { textOf } from '../fields/read-parameters';
import { defineOperation } from '../operation';
import { FIELDS, PRESETS } from './send-and-wait/fields';
import { readLimit } from './send-and-wait/limit';
import { bodiesOf, warnOfLocalLinks, type Button } from './send-and-wait/mail';
import { timedOut, type Question } from './send-and-wait/question';
import { readQuestion } from './send-and-wait/read-question';
import { answeredByMail, assertHeard } from './send-and-wait/by-mail';
import { readMessage } from './send/read-message';
import { sentJson, warnOf } from './send/sent';

/** One mail for all items: there is one answer. */
const FIRST = 0;

export const sendAndWait = defineOperation({
  value: SEND_AND_WAIT,
  name: 'Send and Wait for Response',
  action: 'Send a message and wait for the response',
  description: 'Send one message for all items, and let the run wait until somebody answers',
  fields: FIELDS,
  execute: async (context) => {
    try {
      return await ask(context);
    } catch (error) {
      return [failedItem(context, error, FIRST)];
    }
  },
});

/** n8n does not execute the node again: the answer comes from its webhook. Until then, its output is what was sent. */
async function ask(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const urlOf = signedUrls(context);
  const question = readQuestion(context);
  const options = readOptions(context, FIRST);
  const until = readLimit(context, options);
  const session = await findSession(context, sessionName(context, FIRST));
  const mailbox = mailboxOf(session.settings);
  const { saveToSent, ...letter } = readMessage(context, mailbox, FIRST);
  if (question.type === 'reply') assertHeard(context, mailbox, letter);
  const buttons = buttonsOf(question, textOf(options.messageButtonLabel).trim() || PRESETS.respond, urlOf);
  const message: OutgoingMessage = {
    ...letter,
    ...bodiesOf(textOf(context.getNodeParameter('message', FIRST, '')), buttons),
    ...(question.type === 'reply' && answeredByMail(context, question, options, letter, urlOf)),
  };
  const sent = await session.use(async (client) => await client.send(message, { saveToSent }), {
    // The message could be sent twice.
    repeatable: false,
  });
  warnOf(context, sent, FIRST);
  warnOfLocalLinks(context, buttons);
  await waitForAnswer(context, {
    ...{ until, question },
    unanswered: [{ json: timedOut(question), pairedItem: { item: FIRST } }],
  });
  return [{ json: sentJson(message, sent), pairedItem: { item: FIRST } }];
}

/** Each question has URLs of its own, so that an old mail cannot answer a new question of a loop. */
function buttonsOf(
  { id, type, approve, disapprove }: Question,
  respond: string,
  urlOf: (parameters: Record<string, string>) => string,
): Button[] {
  if (type === 'reply') return [];
  if (type !== 'approval') return [{ label: respond, url: urlOf({ question: id }) }];
  const button = (label: string, approved: string) => ({ label, url: urlOf({ question: id, approved }) });
  return [button(approve, 'true'), ...(disapprove === undefined ? [] : [button(disapprove, 'false')])];
}

import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { questionOf } from '../../../../../n8n/wait/waiting-run';
import { MAIL_REFUSED, MAIL_TAKEN } from '../../../../../n8n/wait/wake';
import { answersOf, valuesOf } from './form-answer';
import { htmlOf, messagePage, POLICY, questionPage, type Page } from './page';
import { answered, type Question } from './question';
import { answerByMail } from './mail-answer';

/** n8n calls the node for both methods. They have the same path: the node in the run. */
export const WEBHOOKS = (['GET', 'POST'] as const).map((httpMethod) => ({
  name: 'default' as const,
  httpMethod,
  responseMode: 'onReceived' as const,
  responseData: '',
  path: '={{ $nodeId }}',
  restartWebhook: true,
  isFullPath: true,
}));

const THANKS = messagePage('Thank you', 'Your answer has arrived. You can close this page.');
const PAST = messagePage(
  'No longer asked',
  'The workflow no longer waits for the answer to this question. Nothing was changed.',
);

/**
 * Shows the page of a question, and takes its answer. Only a POST answers, because scanners of mail open the links in it.
 * n8n has checked the signature of the URL. Never throws: the run would go on with that error.
 */
export async function answerWebhook(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const question = questionOf(context) as Question | undefined;
  const query = context.getQueryData() as Record<string, unknown>;
  if (!question || query.question !== question.id) return show(context, PAST, 410);
  const isPost = context.getRequestObject().method === 'POST';
  if (question.type === 'reply') return isPost ? mailWebhook(context, question) : show(context, PAST, 410);
  if (question.type !== 'approval') return formWebhook(context, question, isPost);
  const approved = query.approved === 'true';
  if (isPost) return goOn({ approved });
  const button = approved ? question.approve : (question.disapprove ?? question.approve);
  return show(context, questionPage(question, button));
}

function formWebhook(context: IWebhookFunctions, question: Question, isPost: boolean): IWebhookResponseData {
  const { type, fields, submit } = question;
  if (!isPost) return show(context, questionPage(question, submit));
  const values = valuesOf(context.getBodyData(), fields);
  const result = answersOf(fields, values);
  if ('answers' in result) return goOn(type === 'freeText' ? { text: values[0] } : result.answers);
  return show(context, questionPage(question, submit, { values, problem: result.problem }), 400);
}

/** Email Trigger posts an answer by mail. Nobody else has a link to such a question. */
function mailWebhook(context: IWebhookFunctions, question: Question): IWebhookResponseData {
  const { answer } = context.getBodyData();
  const taken = answerByMail(question, answer);
  if (!taken) {
    context.getResponseObject().status(403).end(MAIL_REFUSED);
    return { noWebhookResponse: true };
  }
  return { webhookResponse: MAIL_TAKEN, workflowData: [[{ json: answered(taken) }]] };
}

/** n8n sends the page only after it has let the run go on. */
const goOn = (answer: IDataObject): IWebhookResponseData => ({
  webhookResponse: htmlOf(THANKS),
  workflowData: [[{ json: answered(answer) }]],
});

/** The run goes on waiting. */
function show(context: IWebhookFunctions, page: Page, status = 200): IWebhookResponseData {
  context
    .getResponseObject()
    .status(status)
    .set({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-store',
      // The address of the page is what allows to answer.
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    })
    .end(htmlOf(page));
  return { noWebhookResponse: true };
}

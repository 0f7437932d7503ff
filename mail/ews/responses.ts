import { MailError } from '../errors';
import { unanswered } from '../exchange/batch-result';
import { BACK_OFF } from '../exchange/busy';
import { errorByCode, isNotLookedAt } from '../exchange/response-codes';
import type { XmlElement } from './xml';

/** The error that a ResponseCodeType of the schema stands for. */
export const errorFor = (code: string): MailError =>
  errorByCode(code) ??
  new MailError(
    'SERVER_REFUSED',
    `Exchange refused the request (${code})`,
    'Check the parameters of the node.',
  );

/** The ResponseCodeType of the schema that a response has. */
export const errorCodeOf = (response: XmlElement | undefined): string | undefined =>
  response?.textAt('ResponseCode');

/** The error that a response is, if it is one. A warning is one too: it says that something was not done. */
export const errorOf = (response: XmlElement): MailError | undefined =>
  response.attributes.ResponseClass === 'Success'
    ? undefined
    : errorFor(response.textAt('ResponseCode') ?? 'no response code');

/** The same for one of many things that were to be changed, of which the reply may leave some out. */
export const errorAt = (
  responses: ReadonlyArray<XmlElement | undefined>,
  index: number,
): MailError | undefined => {
  const response = responses[index];
  return response ? errorOf(response) : unanswered();
};

/** Whether Exchange has looked at what it was asked for, whatever came of it. */
export const wasLookedAt = (response: XmlElement): boolean =>
  response.attributes.ResponseClass === 'Success' || !isNotLookedAt(response.textAt('ResponseCode') ?? '');

/** Milliseconds after which what a server has not looked at may be asked for again (MessageXml of ResponseMessageType). */
export function waitFor(response: XmlElement): number {
  const values = response.child('MessageXml')?.all('Value') ?? [];
  const wait = Number(values.find(({ attributes }) => attributes.Name === 'BackOffMilliseconds')?.text);
  if (wait >= 0) return wait;
  // What stopped was behind something else in the same request, and nothing is busy.
  return errorCodeOf(response) === 'ErrorBatchProcessingStopped' ? 0 : BACK_OFF;
}

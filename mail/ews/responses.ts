import { MailError, isMailError } from '../errors';
import { unanswered, uncertain } from '../exchange/batch-result';
import { BACK_OFF } from '../exchange/busy';
import { errorByCode, errorWhenRead, isNotLookedAt, leavesOpen } from '../exchange/response-codes';
import type { XmlElement } from './xml';

/** The error for a ResponseCodeType of the schema. @param changes whether the request changes or sends something */
export const errorFor = (code: string, changes = false): MailError =>
  (changes ? undefined : errorWhenRead(code)) ??
  errorByCode(code) ??
  new MailError(
    'SERVER_REFUSED',
    `Exchange refused the request (${code})`,
    'Check the parameters of the node.',
  );

/** The ResponseCodeType of a response. */
export const errorCodeOf = (response: XmlElement | undefined): string | undefined =>
  response?.textAt('ResponseCode');

/** The error in a response, if there is one. A warning also counts, because it means that something was not done. */
export const errorOf = (response: XmlElement, changes = false): MailError | undefined =>
  response.attributes.ResponseClass === 'Success'
    ? undefined
    : errorFor(errorCodeOf(response) ?? 'no response code', changes);

/** The same for a change, of which some errors do not say whether it was made. */
export function changeErrorOf(response: XmlElement): MailError | undefined {
  const error = errorOf(response, true);
  const code = errorCodeOf(response) ?? '';
  return error && leavesOpen(code) ? uncertain(`Exchange failed (${code})`) : error;
}

/** The same for one of several changes, some of which may be missing in the reply. */
export const errorAt = (
  responses: ReadonlyArray<XmlElement | undefined>,
  index: number,
): MailError | undefined => {
  const response = responses[index];
  return response ? changeErrorOf(response) : unanswered();
};

/** The same for one of several reads. One that got no response changed nothing, so there is nothing to check. */
export const readErrorAt = (
  responses: ReadonlyArray<XmlElement | undefined>,
  index: number,
): MailError | undefined => {
  const response = responses[index];
  return response ? errorOf(response) : noAnswer();
};

/** The item that a response to a read contains, of any class, or the error. */
export function itemAt(
  responses: ReadonlyArray<XmlElement | MailError | undefined>,
  index: number,
): XmlElement | MailError {
  const response = responses[index];
  if (isMailError(response)) return response;
  return (response && errorOf(response)) ?? response?.child('Items')?.children[0] ?? noItem();
}

const TRY_AGAIN = 'Try again. If it always happens, ask the administrator of Exchange.';

const noItem = (): MailError =>
  new MailError('SERVER_REFUSED', 'Exchange did not return a message that it was asked for', TRY_AGAIN);

const noAnswer = (): MailError =>
  new MailError('SERVER_REFUSED', 'Exchange did not answer a part of the request', TRY_AGAIN);

/** Whether Exchange processed the request, successfully or not. */
export const wasLookedAt = (response: XmlElement): boolean =>
  response.attributes.ResponseClass === 'Success' || !isNotLookedAt(errorCodeOf(response) ?? '');

/** A number that Exchange adds to an error (MessageXml of ResponseMessageType); NaN if it does not. */
export function numberIn(response: XmlElement, name: string): number {
  const values = response.child('MessageXml')?.all('Value') ?? [];
  return Number(values.find(({ attributes }) => attributes.Name === name)?.text);
}

/** Milliseconds to wait before repeating an unprocessed request. */
export function waitFor(response: XmlElement): number {
  const wait = numberIn(response, 'BackOffMilliseconds');
  if (wait >= 0) return wait;
  // It was only skipped after another failure in the same request; the server is not busy.
  return errorCodeOf(response) === 'ErrorBatchProcessingStopped' ? 0 : BACK_OFF;
}

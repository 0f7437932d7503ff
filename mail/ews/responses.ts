import { MailError } from '../errors';
import { unanswered } from '../exchange/batch-result';
import { errorByCode } from '../exchange/response-codes';
import type { XmlElement } from './xml';

/** The error that a ResponseCodeType of the schema stands for. */
export const errorFor = (code: string): MailError =>
  errorByCode(code) ??
  new MailError('SERVER_REFUSED', `Exchange refused it (${code})`, 'Check the parameters of the node.');

/** The error that a response is, if it is one. A warning is one too: it says that something was not done. */
export const errorOf = (response: XmlElement): MailError | undefined =>
  response.attributes.ResponseClass === 'Success'
    ? undefined
    : errorFor(response.textAt('ResponseCode') ?? 'no response code');

/** The same for one of many things that were to be changed, of which the reply may leave some out. */
export const errorAt = (responses: readonly XmlElement[], index: number): MailError | undefined => {
  const response = responses[index];
  return response ? errorOf(response) : unanswered();
};

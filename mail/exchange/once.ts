import { MailError, isMailError } from '../errors';
import { UncertainChange, afterLoss } from './batch-result';

/** For a change of one thing: if the reply is lost, it is unknown whether it was done. */
export async function changeOnce<T>(changing: Promise<T>): Promise<T> {
  return await changing.catch((error: unknown) => {
    throw isMailError(error) ? afterLoss(error) : error;
  });
}

/** The same for sending a message. */
export async function sendOnce<T>(sending: Promise<T>): Promise<T> {
  return await changeOnce(sending).catch((error: unknown) => {
    throw isMailError(error, 'CHANGE_UNCERTAIN') ? uncertainWhetherSent(error) : error;
  });
}

const uncertainWhetherSent = (error: MailError): MailError =>
  new MailError(
    'SEND_UNCERTAIN',
    error instanceof UncertainChange
      ? `It is not known whether the message was sent: ${error.reason}`
      : error.message,
    'Check the folder for sent mail before you send it again.',
  );

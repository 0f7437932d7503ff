import { MailError, isMailError } from '../errors';
import { afterLoss } from './outcomes';

/** For what sends a message: a reply that was lost leaves open whether it was sent. */
export async function sendOnce<T>(sending: Promise<T>): Promise<T> {
  return await sending.catch((error: unknown) => {
    const after = isMailError(error) ? afterLoss(error) : error;
    throw isMailError(after, 'CHANGE_UNCERTAIN') ? uncertain(after) : error;
  });
}

const uncertain = ({ message }: MailError): MailError =>
  new MailError(
    'SEND_UNCERTAIN',
    message.replace('it was done', 'the message was sent'),
    'Look into the folder for sent mail before you send it again.',
  );

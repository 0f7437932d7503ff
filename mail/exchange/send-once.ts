import { MailError, isMailError } from '../errors';

/** For what sends a message: a reply that was lost leaves open whether it was sent. */
export async function sendOnce<T>(sending: Promise<T>): Promise<T> {
  return await sending.catch((error: unknown) => {
    throw isMailError(error, 'CONNECTION_LOST', 'COMMAND_TIMEOUT', 'CHANGE_UNCERTAIN')
      ? uncertain(error)
      : error;
  });
}

const uncertain = ({ message }: MailError): MailError =>
  new MailError(
    'SEND_UNCERTAIN',
    `Whether the message was sent is not known: ${message}`,
    'Look into the folder for sent mail before you send it again.',
  );

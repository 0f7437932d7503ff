import type SMTPConnection from 'nodemailer/lib/smtp-connection';

type Done<T> = (error?: Error | null, result?: T) => void;

/**
 * Runs one call of nodemailer's connection. It answers through the callback or an `error` event, or not at all if our
 * side closes the connection.
 */
export async function answerTo<T = void>(
  connection: SMTPConnection,
  call: (done: Done<T>) => void,
): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const settle = () => {
      connection.off('error', fail);
      connection.off('end', ended);
    };
    const fail = (error: Error) => {
      settle();
      reject(error);
    };
    // The server's last response arrives right after the `end` event.
    const ended = () => setImmediate(() => fail(closed()));
    connection.once('error', fail);
    connection.once('end', ended);
    call((error, result) => {
      if (error) return fail(error);
      settle();
      resolve(result as T);
    });
  });
}

const closed = () => Object.assign(new Error('the connection was closed'), { code: 'ECONNECTION' });

/**
 * Runs a login until the signal says that it is no longer needed. Closes the connection if the login fails.
 *
 * @throws what the login throws; what the signal was aborted with
 */
export async function openWithin<T>(
  connection: { close(): void },
  stop: AbortSignal,
  login: () => Promise<T>,
): Promise<T> {
  const giveUp = () => connection.close();
  stop.addEventListener('abort', giveUp, { once: true });
  try {
    stop.throwIfAborted();
    return await login();
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    stop.removeEventListener('abort', giveUp);
  }
}

import type { MailClient } from '../model/client';

/** Counts who uses each client of a session, so that a lost one is closed when nobody uses it any more. */
export class ClientUsers {
  readonly #users = new Map<MailClient, number>();
  readonly #lost = new Set<MailClient>();

  async use<T>(client: MailClient, work: () => Promise<T>): Promise<T> {
    this.#users.set(client, (this.#users.get(client) ?? 0) + 1);
    try {
      return await work();
    } finally {
      this.leave(client);
    }
  }

  /** Call while the client is in use. It is closed after that. */
  lost(client: MailClient): void {
    this.#lost.add(client);
  }

  /** Closes the lost clients now, even if they are in use. */
  async closeLost(): Promise<void> {
    await Promise.all([...this.#lost].map(async (client) => await client.close()));
  }

  private leave(client: MailClient): void {
    const users = (this.#users.get(client) ?? 1) - 1;
    if (users > 0) this.#users.set(client, users);
    else this.#users.delete(client);
    if (users === 0 && this.#lost.delete(client)) void client.close();
  }
}

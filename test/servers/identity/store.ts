import type { Adapter, AdapterPayload } from 'oidc-provider' with { 'resolution-mode': 'import' };

const TOKENS = ['AccessToken', 'ClientCredentials', 'RefreshToken'];

interface Stored {
  model: string;
  payload: AdapterPayload;
}

/** Where the provider keeps what it has issued: in memory, and open to an administrator's revocation. */
export class Store {
  /** Every token there has been: what is stored is named by the token itself. */
  readonly issued: string[] = [];
  readonly #records = new Map<string, Stored>();

  readonly adapter = (model: string): Adapter => {
    const key = (id: string) => `${model}:${id}`;
    const findBy = (matches: (payload: AdapterPayload) => boolean) =>
      [...this.#records.values()].find((record) => record.model === model && matches(record.payload))
        ?.payload;
    return {
      upsert: async (id, payload) => {
        if (TOKENS.includes(model)) this.issued.push(id);
        this.#records.set(key(id), { model, payload });
      },
      find: async (id) => this.#records.get(key(id))?.payload,
      findByUid: async (uid) => findBy((payload) => payload.uid === uid),
      findByUserCode: async (code) => findBy((payload) => payload.userCode === code),
      consume: async (id) => {
        const record = this.#records.get(key(id));
        if (record) record.payload.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void this.#records.delete(key(id)),
      revokeByGrantId: async (grantId) => this.#remove((record) => record.payload.grantId === grantId),
    };
  };

  /** @param owner a user's account or an app's client id; all without it */
  revoke(models: readonly string[], owner?: string): void {
    this.#remove(
      ({ model, payload }) =>
        models.includes(model) &&
        (owner === undefined || owner === payload.accountId || owner === payload.clientId),
    );
  }

  #remove(matches: (record: Stored) => boolean): void {
    for (const [key, record] of this.#records) if (matches(record)) this.#records.delete(key);
  }
}

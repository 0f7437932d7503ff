import { postForm } from './browser';
import { startEws, type EwsServer } from './exchange/ews';
import type { ExchangeMailbox } from './exchange/mailbox';
import { startGraph, type GraphServer, type Owner } from './graph/graph';
import type { Identity } from './identity';

/** Exchange Online, as far as it is known here: the same mailboxes behind EWS and Graph. */
export interface Office {
  ews: EwsServer;
  graph: GraphServer;
  mailbox(address: string): ExchangeMailbox;
  /** TLS connections open now, at both. */
  open(): number;
  /** What was sent over either. */
  sent(): Buffer[];
  /** What the schema and the reference have against requests and replies. */
  problems(): string[];
  stop(): Promise<void>;
}

export interface OfficeOptions {
  identity: Identity;
  /** The shared mailbox that a user may open beside their own. */
  delegates?: Readonly<Record<string, string>>;
}

/** Asks the identity provider about each token, and takes none that is for the other of the two. */
export async function startOffice({ identity, delegates = {} }: OfficeOptions): Promise<Office> {
  const { certificate } = identity;
  const owner = async (token: string, permission: RegExp): Promise<Owner | undefined> => {
    const { scope, account } = await introspect(identity, token);
    if (!permission.test(scope)) return undefined;
    if (account === undefined) return { app: true };
    const shared = delegates[account];
    return { address: account, shared: shared ? [shared] : [] };
  };
  const ews = await startEws({
    certificate,
    introspect: async (token) =>
      await owner(token, /EWS\.AccessAsUser\.All|outlook\.office365\.com\/\.default/),
  });
  const graph = await startGraph({
    certificate,
    introspect: async (token) => await owner(token, /graph\.microsoft\.com/),
    mailboxes: (address) => ews.mailbox(address),
  });
  return {
    ...{ ews, graph },
    mailbox: (address) => ews.mailbox(address),
    open: () => ews.open() + graph.open(),
    sent: () => [...ews.sent, ...graph.sent].map(({ raw }) => raw),
    problems: () => [...ews.problems, ...graph.problems],
    stop: async () => {
      await Promise.all([ews.stop(), graph.stop()]);
    },
  };
}

/** RFC 7662. */
async function introspect({ introspection: { introspectionUrl, ca } }: Identity, token: string) {
  const { username, password, origin, pathname } = new URL(introspectionUrl);
  const form = { token, client_id: username, client_secret: password };
  const { body } = await postForm(origin + pathname, ca, form);
  const answer = JSON.parse(body) as { active?: boolean; scope?: string; sub?: string; client_id?: string };
  const isApp = answer.sub === undefined || answer.sub === answer.client_id;
  return { scope: (answer.active && answer.scope) || '', account: isApp ? undefined : answer.sub };
}

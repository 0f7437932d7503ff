import type { ExchangeMailbox } from '../exchange/mailbox';
import type { Owner as ExchangeOwner } from '../exchange/ews-login';
import { AgainstReference, badRequest, GraphError } from './errors';
import { withoutParentheses } from './options';

/** Who sends a request: as Exchange has it, but nobody's mailbox is everybody's. */
export type Owner = ExchangeOwner;

export interface LoginOptions {
  /** Says whose an access token is: a user, or an app that may open any mailbox. */
  introspect: (token: string) => Promise<Owner | undefined>;
  /** Whether there is such a user, and whether they have a mailbox; by default everybody does. */
  exists?: (address: string) => boolean | 'without mailbox';
}

export async function ownerOf(
  authorization: string | undefined,
  { introspect }: LoginOptions,
): Promise<Owner> {
  const [scheme, token] = (authorization ?? '').split(' ');
  if (scheme !== 'Bearer' || !token) throw unauthorized('Access token is empty.');
  const owner = await introspect(token);
  if (owner) return owner;
  throw unauthorized('Lifetime validation failed, the token is expired.');
}

const unauthorized = (message: string): GraphError =>
  new GraphError(401, 'InvalidAuthenticationToken', message, {
    'WWW-Authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
  });

/** A request's path: in whose mailbox, and where there. */
export interface Place {
  /** As it was named, `me` for one's own. */
  user: string;
  /** With its keys as segments. */
  path: string;
}

export function placeOf(sent: string): Place {
  const path = withoutParentheses(sent);
  const [, me, user, rest = ''] = /^\/(?:(me)|users\/([^/]+))(\/.*)?$/.exec(path) ?? [];
  const name = me ?? user;
  if (name) return { user: decodeURIComponent(name), path: rest };
  const [, segment = ''] = path.split('/');
  throw new AgainstReference(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
}

/** The mailbox that a request may open. */
export function mailboxFor(
  { user }: Place,
  owner: Owner,
  { exists = () => true }: LoginOptions,
  mailbox: (address: string) => ExchangeMailbox,
): ExchangeMailbox {
  if (user === 'me' && !owner.address) {
    throw badRequest('/me request is only valid with delegated authentication flow.');
  }
  const address = (user === 'me' ? owner.address : user) ?? '';
  const known = address.includes('@') && exists(address);
  if (known === false)
    throw new GraphError(404, 'ErrorInvalidUser', `The requested user '${user}' is invalid.`);
  const own = [owner.address, ...(owner.shared ?? [])].map((one) => one?.toLowerCase());
  if (!owner.app && !own.includes(address.toLowerCase())) {
    throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  if (known === true) return mailbox(address);
  const message = 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.';
  throw new GraphError(404, 'MailboxNotEnabledForRESTAPI', message);
}

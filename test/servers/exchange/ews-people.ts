import type { Address } from 'postal-mime';

import type { DirectoryEntry } from './directory';
import { tag, value } from './xml';

/** Finds who in the organization has an address. */
export type LookUp = (address: string) => DirectoryEntry | undefined;

export const addresses = (list: readonly Address[] | undefined): Address[] =>
  (list ?? []).flatMap((one) => ('group' in one && one.group ? one.group : [one])) as Address[];

/**
 * As EmailAddressType. Who is in the directory by a legacyExchangeDN is named by that, as Exchange does for
 * recipients that it has not resolved (RoutingType EX).
 */
export function mailboxElement({ name = '', address = '' }: Partial<Address>, lookUp: LookUp): string {
  const dn = lookUp(address)?.legacyDn;
  return tag('t:Mailbox', {}, [
    name && value('t:Name', name),
    address && value('t:EmailAddress', dn ?? address),
    value('t:RoutingType', dn ? 'EX' : 'SMTP'),
  ]);
}

export const people = (name: string, list: readonly Address[] | undefined, lookUp: LookUp): string =>
  addresses(list).length > 0
    ? tag(
        name,
        {},
        addresses(list).map((one) => mailboxElement(one, lookUp)),
      )
    : '';

/** As the properties DisplayTo and DisplayCc have them. */
export const names = (list: readonly Address[] | undefined): string =>
  addresses(list)
    .map(({ name, address }) => name || address)
    .join('; ');

export const both = (list: readonly Address[] | undefined): string[] =>
  addresses(list).map(({ name, address }) => `${name} ${address}`);

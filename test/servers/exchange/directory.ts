/** Somebody in the organization's address book. */
export interface DirectoryEntry {
  name: string;
  address: string;
  /** How items name them in place of the address ([MS-OXCSTOR] section 2.2.1.1). */
  legacyDn?: string;
}

/** Whether an entry is what ResolveNames was asked for: an ambiguous name, an address, or a legacyExchangeDN. */
export function answersTo({ name, address, legacyDn = '' }: DirectoryEntry, wanted: string): boolean {
  const text = wanted.replace(/^(smtp|ex):/i, '').toLowerCase();
  if (legacyDn.toLowerCase() === text || address.toLowerCase() === text) return true;
  if (text.startsWith('/') || /^smtp:/i.test(wanted)) return false;
  const words = [...name.toLowerCase().split(/\s+/), name.toLowerCase(), address.toLowerCase()];
  return words.some((word) => word.startsWith(text));
}

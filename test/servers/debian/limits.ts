/**
 * What not every IMAP server can do, in the words of docs/servers.md. Whether a server can is what the probes of
 * test/integration/servers find out, of each server and each of these.
 */
export const LIMITS = {
  anyName: 'Any character in the name of a folder',
  plainNames: 'Folders without `INBOX.` before their names',
  nested: 'Folders within a folder that holds messages',
  specialUse: 'Tell which folder is for sent, draft and deleted mail (RFC 6154)',
  newIds: 'Tell the new id of a message that it moved, copied or stored (RFC 4315)',
  move: 'Move in one step (RFC 6851)',
  keywords: 'Keep keywords',
  searchesKeywords: 'Search for what lacks a keyword',
  bareLf: 'Store a message whose lines end with LF alone',
  eightBit: 'Keep bytes beyond ASCII in a header',
  idle: 'Tell of new mail at once (RFC 2177)',
  expunges: 'Tell what another program has deleted',
  lastingUids: 'Know messages by the same numbers the next time (UIDVALIDITY)',
} as const;

export type Limit = keyof typeof LIMITS;

/** The tests of test/contract that have to fail on a server with that limit. */
export const FAILING: Partial<Record<Limit, readonly string[]>> = {
  anyName: ['may have any name'],
  nested: ['stay where they are when the new name is taken', 'hold folders'],
  // An id of a draft names nothing a second later.
  lastingUids: [
    'are listed newest first, given and deleted by id, and nothing else is',
    'are all messages in the folder for drafts, also without the mark of a draft',
  ],
};

/** The same for SMTP servers. */
export const SMTP_LIMITS = {
  tls: 'TLS, and with it a login',
  utf8: 'Send to an address with letters beyond ASCII before the @ (RFC 6531)',
} as const;

export type SmtpLimit = keyof typeof SMTP_LIMITS;

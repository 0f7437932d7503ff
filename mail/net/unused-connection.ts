// Of connections that nobody has used for a while, over every protocol. Milliseconds.

/** After this long a router may have dropped the connection without a word, so the server is asked first. */
export const CHECK_AFTER = 30_000;

/** How long the server may take to say that it is there. */
export const CHECK_TIMEOUT = 5000;

/** How long a goodbye is waited for. */
export const GOODBYE_TIMEOUT = 2000;

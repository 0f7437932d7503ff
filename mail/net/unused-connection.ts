// Limits for connections that have not been used for a while, over every protocol. Milliseconds.

/** After this time, a router may have silently dropped the connection, so the server is asked first. */
export const CHECK_AFTER = 30_000;

/** How long to wait for the server's response to that check. */
export const CHECK_TIMEOUT = 5000;

/** How long to wait for a logout. */
export const GOODBYE_TIMEOUT = 2000;

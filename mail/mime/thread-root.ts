/** An id in a header: ASCII in angle brackets, with any other text around it (RFC 5322 section 3.6.4). */
const ID = /<[!-;=?-~]{1,250}>/;

/**
 * The thread of a message by its header: the Message-ID of the message that started it (RFC 5322 section 3.6.4).
 * References begins with it; without References, In-Reply-To names the message before, and a message without both starts
 * a thread itself.
 *
 * @param fields the values of References, In-Reply-To and Message-ID, in this order
 */
export const threadRoot = (...fields: ReadonlyArray<string | undefined>): string | undefined =>
  fields.map((value = '') => ID.exec(value)?.[0]).find((id) => id !== undefined);

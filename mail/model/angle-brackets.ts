/** A Message-ID or Content-ID without its angle brackets (RFC 5322 section 3.6.4, RFC 2045 section 7). */
export const withoutBrackets = (id: string): string => id.trim().replace(/^<|>$/g, '').trim();

/** The id with exactly one pair of angle brackets. */
export const inBrackets = (id: string): string => `<${withoutBrackets(id)}>`;

import type { Address } from '../model/message';

/** A person in Exchange, in the same shape as for every protocol. */
export function toAddress(
  rawName: string | null | undefined,
  rawAddress: string | null | undefined,
): Address {
  const name = oneLine(rawName);
  const address = oneLine(rawAddress);
  // Without a name, Exchange repeats the address as the name.
  if (isMailAddress(address)) return { name: name === address ? '' : name, address };
  // A former member of the organization has only a directory path: /O=EXAMPLE/…/CN=ADA.
  return { name: name && name !== address ? name : (/[^/=]+$/.exec(address)?.[0] ?? ''), address: '' };
}

export const isMailAddress = (text: string): boolean => text.includes('@') && !text.startsWith('/');

/** Makes a text a single line. Programs write line breaks into single-line properties, and Exchange keeps them. */
export const oneLine = (text: string | null | undefined): string =>
  // eslint-disable-next-line no-control-regex -- exactly these are meant
  (text ?? '').replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();

/** A number of bytes or messages, from any server; undefined if it is none. */
export function countOf(value: string | number | null | undefined): number | undefined {
  const count = value === undefined || value === null || value === '' ? NaN : Number(value);
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

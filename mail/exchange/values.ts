import type { Address } from '../model/message';

/** Whom Exchange names, in the shape that every protocol gives. */
export function toAddress(
  rawName: string | null | undefined,
  rawAddress: string | null | undefined,
): Address {
  const name = oneLine(rawName);
  const address = oneLine(rawAddress);
  // Exchange repeats the address as the name of who has none.
  if (isMailAddress(address)) return { name: name === address ? '' : name, address };
  // Somebody of the organization who is there no more goes by a path in its directory: /O=EXAMPLE/…/CN=ADA.
  return { name: name && name !== address ? name : (/[^/=]+$/.exec(address)?.[0] ?? ''), address: '' };
}

export const isMailAddress = (text: string): boolean => text.includes('@') && !text.startsWith('/');

/** Programs put anything into what is to be one line, and Exchange keeps it. */
export const oneLine = (text: string | null | undefined): string =>
  // eslint-disable-next-line no-control-regex -- exactly these are meant
  (text ?? '').replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();

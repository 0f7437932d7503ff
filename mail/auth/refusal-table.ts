import { EXCHANGE_REFUSALS } from './refusals-exchange';
import { GMAIL_REFUSALS } from './refusals-gmail';
import type { Refusal } from './refusals';
import { STANDARD_REFUSALS, TEMPORARY_REFUSALS } from './refusals-standard';
import { YAHOO_REFUSALS } from './refusals-yahoo';

/** The first that fits counts. So the more exact ones come first, and temporary ones before lasting ones. */
export const REFUSALS: readonly Refusal[] = [
  ...TEMPORARY_REFUSALS,
  ...EXCHANGE_REFUSALS,
  ...GMAIL_REFUSALS,
  ...YAHOO_REFUSALS,
  ...STANDARD_REFUSALS,
];

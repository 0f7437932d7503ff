import { withoutComments } from './comments';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Offset from UTC in minutes: the zones in RFC 5322 section 4.3, and other unambiguous ones. */
const ZONES: Readonly<Record<string, number>> = {
  ...{ EST: -300, EDT: -240, CST: -360, CDT: -300, MST: -420, MDT: -360, PST: -480, PDT: -420 },
  ...{ WEST: 60, CET: 60, CEST: 120, MET: 60, MEST: 120, MEZ: 60, MESZ: 120, EET: 120, EEST: 180 },
  ...{ MSK: 180, JST: 540, KST: 540 },
};

/** No date is longer. Limits the work for parsing one. */
const LONGEST = 200;

const TIME = String.raw`(?<hour>\d{1,2})(?: ?: ?|\.)(?<minute>\d{1,2})(?:(?: ?: ?|\.)(?<second>\d{1,2})(?:[.,]\d{1,9})?)?(?: ?(?<half>[ap]m)\b)?`;
const ZONE = String.raw`(?: ?(?<zone>[+-]\d{1,2}:?\d{2}|[a-z]{1,5}(?:[+-]\d{1,2}(?::?\d{2})?)?))?`;
const FORMS = [
  // Mon, 6 Jul 2026 10:00:00 +0200 (RFC 5322 section 3.3), and 6-Jul-26
  String.raw`(?<day>\d{1,2})[ -]?(?<month>[a-z]{3})[a-z]*\.?[ ,-]*(?<year>\d{2,4}),? ${TIME}${ZONE}`,
  // Mon Jul 6 10:00:00 2026, with the zone before or after the year
  String.raw`(?<month>[a-z]{3})[a-z]*\.? (?<day>\d{1,2}),? ${TIME}${ZONE} (?<year>\d{4})(?: (?<zoneBehind>[+-]\d{4}))?`,
  // Jul 6, 2026 10:00 AM
  String.raw`(?<month>[a-z]{3})[a-z]*\.? (?<day>\d{1,2}),? (?<year>\d{4}),? ${TIME}${ZONE}`,
  // 2026-07-06T10:00:00Z
  String.raw`(?<year>\d{4})[-/](?<monthNumber>\d{1,2})[-/](?<day>\d{1,2})[ t]${TIME}${ZONE}`,
].map((form) => new RegExp(`(?:^|[ ,])${form}`, 'i'));

/**
 * Parses a header's date and returns ISO 8601 in UTC, independent of the machine's settings. A missing or unknown zone
 * counts as UTC (RFC 5322 sections 3.3 and 4.3). Undefined if it is not a date.
 */
export function headerDate(text: string | undefined): string | undefined {
  const plain = withoutComments((text ?? '').slice(0, LONGEST))
    .replace(/\s+/g, ' ')
    .trim();
  for (const form of FORMS) {
    const groups = form.exec(plain)?.groups;
    const date = groups && toDate(groups);
    if (date) return date.toISOString();
  }
  return undefined;
}

function toDate(groups: Partial<Record<string, string>>): Date | undefined {
  const { month = '', monthNumber, half } = groups;
  const [day, minute, second] = [groups.day, groups.minute, groups.second ?? '0'].map(Number) as [
    number,
    number,
    number,
  ];
  const index = monthNumber ? Number(monthNumber) - 1 : MONTHS.indexOf(month.toLowerCase());
  const hour = half
    ? (Number(groups.hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
    : Number(groups.hour);
  if (index < 0 || index > 11 || hour > 24 || minute > 59 || second > 60) return undefined;
  const local = new Date(0);
  local.setUTCFullYear(fullYear(groups.year ?? ''), index, day);
  // Rejects dates such as 31 June.
  if (local.getUTCDate() !== day) return undefined;
  local.setUTCHours(hour, minute, Math.min(second, 59));
  return new Date(local.getTime() - offsetOf(groups.zone ?? groups.zoneBehind ?? '') * 60_000);
}

/** RFC 5322 section 4.3: two digits up to 49 mean 20xx, and three digits count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return digits.length === 3 ? 1900 + year : year;
}

/** The offset in minutes. */
function offsetOf(zone: string): number {
  const known = ZONES[zone.toUpperCase()];
  if (known !== undefined) return known;
  const [, name = '', sign, hours = '', minutes = '0'] =
    /^([a-z]*)([+-])(\d{1,2}):?(\d{2})?$/i.exec(zone) ?? [];
  if (!sign || !/^(|gmt|utc?|z)$/i.test(name)) return 0;
  const offset = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || offset > 24 * 60) return 0;
  return sign === '-' ? -offset : offset;
}

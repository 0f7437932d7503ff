/** A time in UTC (ISO 8601); undefined if it is missing or not a valid date. */
export function isoDate(time: Date | string | null | undefined): string | undefined {
  const date = new Date(time ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

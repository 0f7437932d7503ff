/** A time in UTC (ISO 8601); undefined for what is none, such as a date that nobody can read. */
export function isoDate(time: Date | string | null | undefined): string | undefined {
  const date = new Date(time ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

import type { Measurement } from './measure';

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

export function median(values: readonly number[]): number {
  const ordered = sorted(values);
  const middle = ordered.length >> 1;
  return ordered.length % 2 ? ordered[middle]! : (ordered[middle - 1]! + ordered[middle]!) / 2;
}

export const ms = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0));

/** A table for the terminal that is Markdown too. */
export function table(measurements: readonly Measurement[], floor: Measurement): string {
  const head = [
    '',
    'commands',
    'connections',
    'logins',
    'median ms',
    'min–max ms',
    'commands ÷ floor',
    'time ÷ floor',
  ];
  const rows = measurements.map(({ title, commands, connections, logins, times }) => [
    title,
    `${commands.length}`,
    `${connections}`,
    `${logins}`,
    ms(median(times)),
    `${ms(Math.min(...times))}–${ms(Math.max(...times))}`,
    connections ? (commands.length / floor.commands.length).toFixed(2) : '–',
    connections ? (median(times) / median(floor.times)).toFixed(2) : '–',
  ]);
  return markdownTable(head, rows);
}

/** The first column is text, and the others are numbers. */
export function markdownTable(head: string[], rows: readonly string[][]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: string[]) =>
    `| ${row.map((cell, i) => (i ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Counts the commands by name, in the order of their first use. */
export function tally(commands: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const command of commands) {
    const name = /^(UID )?\S+/i.exec(command)![0].toUpperCase();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count > 1 ? `${count} ${name}` : name)).join(', ');
}

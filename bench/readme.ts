import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/**
 * Writes what was measured into README.md, between the two comments that name the section, if the bench was started
 * with `--write`.
 */
export function writeSection(name: string, text: string): void {
  const { BENCH_README: file } = process.env;
  if (!file) return;
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const page = readFileSync(file, 'utf8');
  const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`README.md has no section "${name}"`);
  const circumstances = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(0)}, Node ${process.versions.node}.`;
  const section = `${begin}\n\n${circumstances}\n\n${text}\n\n`;
  writeFileSync(file, page.slice(0, start) + section + page.slice(stop));
}

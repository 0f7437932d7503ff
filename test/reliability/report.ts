import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(__dirname, '..', '..', 'docs', 'reliability.md');

const HEAD = `# Reliability: what was tried, and what it ended in

Written by \`npm run faults\`, \`npm run hostile\`, \`npm run fuzz\`, \`npm run queue\` and \`npm run soak\`, each its own
sections. Of the first three, \`npm test\` tries a sample.
`;

/** Writes one section of the page, in place of the one that is there. */
export function writeSection(title: string, text: string): void {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : HEAD;
  const [head = HEAD, ...sections] = page.split(/^## /m);
  const others = sections.filter((section) => !section.startsWith(`${title}\n`));
  const date = new Date().toISOString().slice(0, 10);
  const all = [...others, `${title}\n\n${date}, Node ${process.versions.node}. ${text.trim()}\n`].sort();
  writeFileSync(
    PAGE,
    [head.trimEnd() + '\n', ...all.map((section) => section.trimEnd() + '\n')].join('\n## '),
  );
}

export const table = (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { expect, test } from 'vitest';

// Dependencies point one way: nodes → n8n → mail. Checked on the text of the import lines.

const ROOT = join(__dirname, '..', '..');
// Anchored at the statement, because error texts hold quotes and the word "from" too.
const STATIC = /^(?:(?:import|export)\b[^;'"=]*?\bfrom\s+|import\s+)['"]([^'"\n]+)['"]/gm;
const DYNAMIC = /\b(?:import|require)\(\s*['"]([^'"\n]+)['"]/g;

const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

/** What a file imports: packages by their name, our own files by their path from the root. */
const importsOf = (file: string, text = readFileSync(join(ROOT, file), 'utf8')): string[] =>
  [...text.matchAll(STATIC), ...text.matchAll(DYNAMIC)].map(([, name = '']) =>
    name.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), name.replace(/\.js$/, ''))) : name,
  );

/** `file: import` for each import of these folders that breaks the rule. */
const offences = (folders: string[], forbidden: (name: string) => boolean): string[] =>
  folders
    .flatMap(filesIn)
    .flatMap((file) => importsOf(file).map((name) => ({ file, name })))
    .filter(({ name }) => forbidden(name))
    .map(({ file, name }) => `${file}: ${name}`);

const within = (...folders: string[]) => new RegExp(`^(${folders.join('|')})(/|$)`);

test('the check sees every kind of import', () => {
  const text = [
    `import { a } from 'n8n-workflow';`,
    `import type { b } from "../../nodes/b";`,
    `export * from './c';`,
    `import './d';`,
    `import {\n  e,\n} from 'e';`,
    `const f = await import('f');`,
    `const h = await import('../pop3/h.js');`,
    `const g = require('g');`,
    `throw new Error('no import from "h"');`,
  ].join('\n');
  const expected = ['n8n-workflow', 'nodes/b', 'mail/imap/c', 'mail/imap/d', 'e', 'f', 'mail/pop3/h', 'g'];
  expect(importsOf('mail/imap/x.ts', text)).toEqual(expected);
  expect(importsOf('n8n/errors.ts')).toContain('mail/errors');
  expect(filesIn('mail').length).toBeGreaterThan(15);
});

test('mail/ knows nothing of n8n', () => {
  const aboutN8n = (name: string) =>
    /^(@n8n\/|n8n)/.test(name) || within('n8n', 'nodes', 'credentials', 'cli', 'index').test(name);
  expect(offences(['mail'], aboutN8n)).toEqual([]);
});

test('n8n/ knows nothing of the nodes', () => {
  expect(offences(['n8n'], (name) => within('nodes', 'credentials', 'cli', 'index').test(name))).toEqual([]);
});

test('the command line and the nodes do not import each other, and it imports only mail/', () => {
  expect(offences(['cli'], (name) => within('n8n', 'nodes', 'credentials', 'index').test(name))).toEqual([]);
  expect(offences(['nodes', 'credentials'], (name) => within('cli').test(name))).toEqual([]);
});

test('no protocol imports another protocol, or its library', () => {
  const protocols = ['imap', 'pop3', 'ews', 'graph', 'smtp'];
  for (const protocol of protocols) {
    const others = within(...protocols.filter((other) => other !== protocol).map((other) => `mail/${other}`));
    if (!readdirSync(join(ROOT, 'mail')).includes(protocol)) continue;
    expect(offences([`mail/${protocol}`], (name) => others.test(name))).toEqual([]);
  }
  const outside = offences(['mail', 'n8n', 'nodes', 'credentials'], (name) => name === 'imapflow');
  expect(outside.filter((offence) => !offence.startsWith('mail/imap/'))).toEqual([]);
});

/** The rooms of mail/, from the top floor down. Those of one line stand beside each other and do not know each other. */
const FLOORS: readonly string[][] = [
  ['session'],
  ['imap', 'pop3', 'smtp', 'ews', 'graph'],
  ['exchange'],
  ['account'],
  ['mime'],
  ['auth'],
  ['model'],
  ['net'],
  ['async'],
  // The ground: files, not folders.
  [''],
];

const roomOf = (file: string): string => /^mail\/(\w+)\//.exec(file)?.[1] ?? '';

test('every room of mail/ is assigned to a floor', () => {
  const rooms = filesIn('mail').map(roomOf);
  expect([...new Set(rooms)].sort()).toEqual(FLOORS.flat().sort());
});

test('in mail/ dependencies go down only', () => {
  const floorOf = (file: string) => FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));
  const upward = filesIn('mail').flatMap((file) =>
    importsOf(file)
      .filter((name) => name.startsWith('mail/') && roomOf(name) !== roomOf(file))
      .filter((name) => floorOf(name) <= floorOf(file))
      .map((name) => `${file}: ${name}`),
  );
  expect(upward).toEqual([]);
});

test('there are no circular imports', () => {
  const SHIPPED = ['mail', 'n8n', 'nodes', 'credentials', 'cli'];
  const files = new Set(SHIPPED.flatMap(filesIn));
  const graph = new Map(
    [...files].map((file) => [
      file,
      importsOf(file).flatMap((name) =>
        [`${name}.ts`, `${name}/index.ts`].filter((candidate) => files.has(candidate)),
      ),
    ]),
  );
  expect(graph.get('mail/session/session.ts')).toContain('mail/errors.ts');
  expect(circlesOf(graph)).toEqual([]);
});

/** Each circle once, as the files on it. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const circles: string[] = [];
  const visit = (file: string) => {
    const seen = path.indexOf(file);
    if (seen >= 0) circles.push([...path.slice(seen), file].join(' → '));
    if (seen >= 0 || done.has(file)) return;
    path.push(file);
    graph.get(file)?.forEach(visit);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return circles;
}

test('the check finds a circular import', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', []],
  ]);
  expect(circlesOf(graph)).toEqual(['a → b → c → a']);
});

test('nodes/ knows no protocol', () => {
  const protocols = within(...['imap', 'pop3', 'smtp', 'ews', 'graph'].map((room) => `mail/${room}`));
  expect(offences(['nodes'], (name) => protocols.test(name))).toEqual([]);
});

// What Node 20 makes of the two together can be collected while somebody waits for it, and then it never fires.
test('every time limit is a timer of our own', () => {
  const found = ['mail', 'n8n', 'nodes', 'credentials', 'cli']
    .flatMap(filesIn)
    .filter((file) => usesNodesTimers(readFileSync(join(ROOT, file), 'utf8')));
  expect(found).toEqual([]);
});

const usesNodesTimers = (text: string): boolean => /\bAbortSignal\s*\.\s*(any|timeout)\s*\(/.test(text);

test("the check finds one of Node's timers", () => {
  expect(['AbortSignal.any([a, b])', 'AbortSignal\n  .timeout(5)'].map(usesNodesTimers)).toEqual([
    true,
    true,
  ]);
  expect(
    usesNodesTimers('In place of `AbortSignal.any` and `AbortSignal.timeout`: AbortSignal.abort()'),
  ).toBe(false);
});

test('the shipped code imports only the dependencies that the package names', () => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: object;
    peerDependencies: object;
  };
  const installed = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  const foreign = (name: string) =>
    !name.startsWith('node:') &&
    !within('mail', 'n8n', 'nodes', 'credentials', 'cli').test(name) &&
    !installed.has(name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? ''));
  expect(offences(['mail', 'n8n', 'nodes', 'credentials'], foreign)).toEqual([]);
});

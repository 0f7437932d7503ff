import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { ICredentialType } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';

import { RESOURCES } from '../../nodes/EmailMailbox/actions/resources';
import { pictureOf } from '../e2e/panels';

const ROOT = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'bench/README.md'],
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** As GitHub makes them: lower case, without punctuation, blanks as hyphens. */
const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the documentation', () => {
  it.each(pages)('%s has only links that work', (file) => {
    const links = /(?:\]\(|<img src=")(?!https?:|cid:)([^)"#]*)#?([^)"]*)[)"]/g;
    const broken = [...read(file).matchAll(links)].flatMap(([, path = '', anchor = '']) => {
      const target = path ? join(dirname(file), path) : file;
      if (!existsSync(join(ROOT, target))) return [target];
      return anchor && !anchorsOf(target).includes(anchor) ? [`${target}#${anchor}`] : [];
    });
    expect(broken).toEqual([]);
  });

  it.each(readdirSync(join(ROOT, 'examples')))(
    'lists the example %s with a picture, and it is run by a test',
    (file) => {
      const section = read('docs/examples.md')
        .split(/^## /m)
        .find((text) => text.includes(`(../examples/${file})`));
      expect(section).toContain(`(images/example-${file.replace('.json', '')}.png)`);
      const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => read(join('test', name)));
      const name = file.replace('.json', '');
      const opened = new RegExp(`open\\('${name}'|examples/${name}\\.json`);
      expect(tests.some((text) => opened.test(text))).toBe(true);
    },
  );

  it('shows a picture of every operation, in the order of the lists', () => {
    const titles = RESOURCES.flatMap(({ value, name, operations }) =>
      operations.map((one) => [`${name} → ${one.name}`, pictureOf(`${value} ${one.value}`)]),
    );
    const sections = read('docs/operations.md').split(/^## /m).slice(1);
    const shown = sections.map((text) => [
      /^\[(.+)\]\(/.exec(text)?.[1],
      /images\/panel-([\w-]+)\.png/.exec(text)?.[1],
    ]);
    expect(shown).toEqual(titles);
  });

  it('shows every picture that it has', () => {
    const texts = pages.map(read).join('\n');
    const unused = readdirSync(join(ROOT, 'docs', 'images')).filter(
      (name) => !texts.includes(`images/${name}`),
    );
    expect(unused).toEqual([]);
  });

  it.each(['CONTRIBUTING.md', 'SECURITY.md', 'docs/architecture.md'])(
    '%s names only paths that exist',
    (file) => {
      const FOLDERS = 'mail|n8n|nodes|credentials|cli|test|docs|bench|scripts';
      const named = [...read(file).matchAll(new RegExp(`\`((?:${FOLDERS})/[^\`<>]*)\``, 'g'))].map(
        ([, path = '']) => path,
      );
      expect(named.length).toBeGreaterThan(3);
      // Of a pattern, the folder that it stands in.
      const missing = named.filter((path) => !existsSync(join(ROOT, path.replace(/\/[^/]*\*.*$/, ''))));
      expect(missing).toEqual([]);
    },
  );

  it('names every environment variable of the package in one table, and the limit of connections nowhere else', () => {
    const sources = ['mail', 'n8n', 'nodes', 'credentials', 'cli', 'scripts'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.m?ts$|\.mjs$/.test(name))
        .map((name) => read(join(folder, name))),
    );
    const used = new Set(
      sources.flatMap((text) => text.match(/\bEMAIL_(?:CONNECT|SIGN_IN|SESSION)_[A-Z_]+\b/g) ?? []),
    );
    const table = [...read('docs/operators.md').matchAll(/^\| `(EMAIL_[A-Z_]+)`/gm)].map(([, name]) => name);
    expect(used).toContain('EMAIL_CONNECT_MAX_CONNECTIONS');
    expect([...used].sort()).toEqual(table.sort());
    const pagesWith = (name: string) => pages.filter((page) => read(page).includes(name));
    // The catalogue has the error that names it.
    expect(pagesWith('EMAIL_CONNECT_MAX_CONNECTIONS')).toEqual([
      'docs/error-catalogue.md',
      'docs/operators.md',
    ]);
  });

  const credentials = readdirSync(join(ROOT, 'credentials')).filter((name) =>
    name.endsWith('.credentials.ts'),
  );

  it.each(credentials)('of %s explains every field that it shows', async (file) => {
    const module = (await import(/* @vite-ignore */ join(ROOT, 'credentials', file))) as Record<
      string,
      new () => ICredentialType
    >;
    const [Credential] = Object.values(module);
    const credential = new Credential!();
    const page = /docs\/[\w-]+\.md$/.exec(credential.documentationUrl ?? '')?.[0] ?? '';
    // A page may leave what it has in common with others to a page that it links to.
    const linked = [...read(page).matchAll(/\]\(([\w-]+\.md)/g)].map(([, name]) => `docs/${name}`);
    const text = [page, ...linked].map(read).join('\n').toLowerCase();
    const shown = credential.properties.filter(
      ({ type, displayOptions }) =>
        // Those of a custom cloud are the same for all, and explained in docs/networks.md.
        type !== 'hidden' && type !== 'notice' && !displayOptions?.show?.cloud,
    );
    expect(
      shown.map(({ displayName }) => displayName).filter((name) => !text.includes(name.toLowerCase())),
    ).toEqual([]);
  });
});

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { IExecuteFunctions } from 'n8n-workflow';
import { describe, expect, it, vi } from 'vitest';

import type { Operation } from '../../../nodes/EmailMailbox/actions/operation';
import { RESOURCES } from '../../../nodes/EmailMailbox/actions/resources';
import { route } from '../../../nodes/EmailMailbox/actions/router';
import { EmailMailbox } from '../../../nodes/EmailMailbox/EmailMailbox.node';

// What is offered is written in one table for each resource. Whatever is in it has to run, and to be explained and tried.

const ROOT = join(__dirname, '..', '..', '..');
const ACTIONS = join(ROOT, 'nodes', 'EmailMailbox', 'actions');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const all = RESOURCES.flatMap((resource) =>
  resource.operations.map((operation) => ({
    resource,
    operation,
    title: `${resource.name} → ${operation.name}`,
  })),
);
const titles = (found: Iterable<string>): string[] => [...new Set(found)].sort();
const OFFERED = titles(all.map(({ title }) => title));

describe('the table', () => {
  it.each(RESOURCES)('of $name has all operations that have a file, under their names', async (resource) => {
    const files = readdirSync(join(ACTIONS, resource.value)).filter((name) => name.endsWith('.operation.ts'));
    const written = await Promise.all(
      files.map(async (file) => {
        const path = join(ACTIONS, resource.value, file);
        const exported = Object.values((await import(/* @vite-ignore */ path)) as Record<string, Operation>);
        expect(exported.map(({ value }) => `${value}.operation.ts`)).toEqual([file]);
        return exported[0];
      }),
    );
    expect(new Set(resource.operations)).toEqual(new Set(written));
    expect(resource.operations).toContain(resource.preset);
  });

  it.each(RESOURCES)('of $name is in the order that the editor shows', ({ operations }) => {
    const names = operations.map(({ name }) => name);
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
  });

  it.each(all)('describes $title in sentences', ({ operation: { action, description } }) => {
    for (const text of [action, description]) expect(text).toMatch(/^[A-Z][^]*[^.]$/);
  });
});

describe('the node', () => {
  const { properties } = new EmailMailbox().description;
  const valuesOf = (name: string, resource?: string) =>
    properties
      .filter((one) => one.name === name)
      .filter(({ displayOptions }) => !resource || displayOptions?.show?.resource?.includes(resource))
      .flatMap(({ options = [] }) => options.map((option) => (option as { value?: unknown }).value));

  it('offers exactly the operations in the tables', () => {
    expect(valuesOf('resource')).toEqual(RESOURCES.map(({ value }) => value));
    for (const { value, operations } of RESOURCES) {
      expect(valuesOf('operation', value)).toEqual(operations.map((operation) => operation.value));
    }
  });

  it.each(all)('shows exactly the fields of $title', ({ resource, operation }) => {
    const shown = properties.filter(
      ({ displayOptions }) =>
        displayOptions?.show?.resource?.includes(resource.value) &&
        displayOptions.show.operation?.includes(operation.value),
    );
    expect(shown.map(({ name }) => name)).toEqual(operation.fields.map(({ name }) => name));
  });

  const set = (parameters: Record<string, string>) =>
    ({
      getNodeParameter: (name: string) => parameters[name],
      getNode: () => ({ name: 'Mailbox', type: 'x', typeVersion: 1, parameters }),
    }) as unknown as IExecuteFunctions;

  it.each(all)('runs $title', async ({ resource, operation }) => {
    const done = [{ json: {} }];
    const execute = vi.spyOn(operation, 'execute').mockResolvedValue(done);
    try {
      expect(await route(set({ resource: resource.value, operation: operation.value }))).toBe(done);
    } finally {
      execute.mockRestore();
    }
  });

  it('refuses operations that are not in the tables', async () => {
    for (const operation of ['read', 'toString']) {
      await expect(route(set({ resource: 'message', operation }))).rejects.toThrow(/no operation/);
    }
    await expect(route(set({ resource: 'calendar', operation: 'get' }))).rejects.toThrow(/no operation/);
  });
});

/** What the README names: `[Get Many, Get](docs/messages.md)` in the row of the resource. */
const entries = RESOURCES.flatMap(({ name: resource }) => {
  const row = new RegExp(`^\\| \\*\\*${resource}\\*\\* +\\|(.*)\\|$`, 'm').exec(read('README.md'))?.[1] ?? '';
  return [...row.matchAll(/\[([^\]]+)\]\(([^)#]+)#?([^)]*)\)/g)].map(
    ([, list = '', page = '', anchor = '']) => ({
      ...{ resource, page, anchor },
      names: list.split(', '),
    }),
  );
});

/** A page of the docs, or the section that a link leads to, with the sections in it. */
function sectionOf(page: string, anchor: string): string {
  const lines = read(page).split('\n');
  if (!anchor) return lines.join('\n');
  const slug = (line: string) =>
    line
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .trim()
      .replaceAll(' ', '-');
  const start = lines.findIndex((line) => /^#+ /.test(line) && slug(line) === anchor);
  expect(start, `${page}#${anchor}`).toBeGreaterThanOrEqual(0);
  const [level = ''] = /^#+/.exec(lines[start]!) ?? [];
  const end = lines.findIndex(
    (line, index) => index > start && /^#+ /.test(line) && line.indexOf(' ') <= level.length,
  );
  return lines.slice(start, end < 0 ? undefined : end).join('\n');
}

describe('the documentation', () => {
  it('lists in the README exactly the operations on offer', () => {
    const named = entries.flatMap(({ resource, names }) => names.map((name) => `${resource} → ${name}`));
    expect(titles(named)).toEqual(OFFERED);
    expect(named).toHaveLength(OFFERED.length);
  });

  it.each(entries)('explains $resource → $names in $page', ({ names, page, anchor }) => {
    const section = sectionOf(page, anchor);
    const explained = (name: string) =>
      new RegExp(
        `^#+ .*\\b${name}\\b(?! Many| All)|\\*\\*(?:\\w+ → )?${name}\\*\\*|^\\| ${name} +\\|`,
        'm',
      ).test(section);
    expect(names.filter((name) => !explained(name))).toEqual([]);
  });

  it.each(titles(entries.map(({ page }) => page)))(
    'has in %s no table for operations that do not exist',
    (page) => {
      const linked = entries.filter((entry) => entry.page === page).map(({ names }) => [...names].sort());
      for (const table of read(page).match(/^\| Operation +\|.*\n(?:\|.*\n)+/gm) ?? []) {
        const rows = [...table.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, first = '']) => first).slice(1);
        expect(linked).toContainEqual(rows.filter((first) => !/^-+$/.test(first)).sort());
      }
    },
  );
});

it('the tour through a real n8n uses every operation', () => {
  const steps = read('test/e2e/tour.test.ts').matchAll(/\bstep\(\s*'[^']*',\s*'(\w+)',\s*'(\w+)'/g);
  const taken = [...steps].map(([, resource, operation]) => {
    const found = all.find((one) => one.resource.value === resource && one.operation.value === operation);
    return found?.title ?? `${resource} → ${operation} is not offered`;
  });
  expect(titles(taken)).toEqual(OFFERED);
});

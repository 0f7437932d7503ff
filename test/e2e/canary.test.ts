import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { restClient } from '../servers/n8n';
import { needlesOf } from './needles';

// Runs after all other files: the password was used in every way they know, and was kept nowhere.

const { url, owner, userFolder, logFile, canary } = inject('n8n');

function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
}

const holds = (content: Buffer, secret: string) =>
  needlesOf(secret).some((needle) => content.includes(needle));

test('the search finds a secret in plain text, in base64 and inside SASL PLAIN', () => {
  for (const user of ['a', 'ab', 'abc', 'alice@example.test']) {
    const sasl = Buffer.from(`\0${user}\0alice-${canary}`).toString('base64');
    expect(holds(Buffer.from(`AUTHENTICATE PLAIN ${sasl}`), canary)).toBe(true);
  }
  expect(holds(Buffer.from(`LOGIN a ${canary}`), canary)).toBe(true);
  expect(holds(Buffer.from('LOGIN a b'), canary)).toBe(false);
});

test('no file of n8n and none of its output holds the password', () => {
  const files = filesOf(userFolder);
  const withAccount = files.filter((file) => readFileSync(file).includes('alice@example.test'));
  // Otherwise the search looked in the wrong place.
  expect(withAccount.some((file) => file.includes('database.sqlite'))).toBe(true);
  expect(readFileSync(logFile, 'utf8')).toMatch(/debug/i);
  expect(files).toContain(logFile);
  expect(files.filter((file) => holds(readFileSync(file), canary))).toEqual([]);
});

test('no execution that n8n shows holds the password', async () => {
  const rest = await restClient(url);
  await rest.login(owner);
  const ids: string[] = [];
  for (let lastId = ''; ; lastId = ids.at(-1) ?? '') {
    const page = (await rest.call('GET', `/executions?limit=100${lastId && `&lastId=${lastId}`}`)) as {
      results: { id: string }[];
    };
    ids.push(...page.results.map(({ id }) => id));
    if (page.results.length < 100) break;
  }
  expect(ids.length, 'the other files must have run before').toBeGreaterThan(10);
  for (const id of ids) {
    const execution = JSON.stringify(await rest.call('GET', `/executions/${id}`));
    expect(holds(Buffer.from(execution), canary), `execution ${id} holds the password`).toBe(false);
  }
});

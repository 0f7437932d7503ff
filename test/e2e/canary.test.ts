import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { restClient } from '../servers/n8n';
import { needlesOf } from './needles';

// Runs after all other files: every secret was used in every way they know, and was kept nowhere.

const n8ns = inject('n8ns');
// The same of all of them.
const [{ canary, tokensFile }] = n8ns;
const tokens = readFileSync(tokensFile, 'utf8').split('\n').filter(Boolean);
const secrets = [canary, ...tokens];

function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
}

const holds = (content: Buffer, secret: string) =>
  needlesOf(secret).some((needle) => content.includes(needle));
/** The secrets that it holds; at most the first, to keep an error short. */
const secretsIn = (content: Buffer) => secrets.filter((secret) => holds(content, secret)).slice(0, 1);

test('the search finds a secret in plain text, in base64 and inside SASL PLAIN', () => {
  for (const user of ['a', 'ab', 'abc', 'alice@example.test']) {
    const sasl = Buffer.from(`\0${user}\0alice-${canary}`).toString('base64');
    expect(holds(Buffer.from(`AUTHENTICATE PLAIN ${sasl}`), canary)).toBe(true);
  }
  expect(holds(Buffer.from(`LOGIN a ${canary}`), canary)).toBe(true);
  expect(holds(Buffer.from('LOGIN a b'), canary)).toBe(false);
});

test('no file of n8n and none of its output holds a password or a token', () => {
  // Otherwise the files that sign in have not run before.
  expect(tokens.length).toBeGreaterThan(20);
  const files = n8ns.flatMap(({ userFolder, logFile }) => {
    const its = filesOf(userFolder);
    expect(its).toContain(logFile);
    expect(its.some((file) => file.includes('database.sqlite'))).toBe(true);
    return its;
  });
  const withAccount = files.filter((file) => readFileSync(file).includes('alice@example.test'));
  // Otherwise the search looked in the wrong place.
  expect(withAccount.some((file) => file.includes('database.sqlite'))).toBe(true);
  const logs = n8ns.map(({ logFile }) => readFileSync(logFile, 'utf8')).join('');
  expect(logs).toMatch(/debug.*Email session logged in .*alice@example\.test/i);
  expect(files.filter((file) => secretsIn(readFileSync(file)).length > 0)).toEqual([]);
});

test('no execution that n8n shows holds a password or a token', async () => {
  let executions = 0;
  for (const { url, signedIn } of n8ns) {
    const rest = await restClient(url, signedIn);
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = (await rest.call('GET', `/executions?limit=100${cursor && `&cursor=${cursor}`}`)) as {
        results: { id: string }[];
        nextCursor: string | null;
      };
      ids.push(...page.results.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    for (const id of ids) {
      const execution = JSON.stringify(await rest.call('GET', `/executions/${id}`));
      expect(secretsIn(Buffer.from(execution)), `execution ${id}`).toEqual([]);
    }
    executions += ids.length;
  }
  expect(executions, 'the other files must have run before').toBeGreaterThan(100);
});

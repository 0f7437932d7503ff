import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { ICredentialType } from 'n8n-workflow';
import { format, resolveConfig } from 'prettier';

import { CELLS } from '../../mail/account/providers';
import { errorCatalogue } from './error-catalogue';
import { tokens } from './tokens';
import { authentications, identityProviders, microsoftClouds, refused, servers, type Pages } from './tables';

const ROOT = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The text between `<!-- generated: NAME -->` and `<!-- end -->`, for a file in this folder. */
const sections = (pages: Pages, folder: string): Readonly<Record<string, string>> => ({
  authentications: authentications(pages, folder === '' ? 'docs/' : ''),
  refused: refused(pages),
  servers: servers(),
  'identity providers': identityProviders(),
  'microsoft clouds': microsoftClouds(),
  'error catalogue': errorCatalogue(),
  tokens: tokens(),
});

/** n8n finds a credential's class by the name of its file, and the file by package.json. */
const classOf = (credentialType: string): string =>
  credentialType.charAt(0).toUpperCase() + credentialType.slice(1);

export const credentialTypes: readonly string[] = [
  ...new Set(CELLS.map(({ credentialType }) => credentialType)),
].sort();

export async function loadCredential(credentialType: string): Promise<ICredentialType> {
  const name = classOf(credentialType);
  const file = join(ROOT, 'credentials', `${name}.credentials.ts`);
  const module = (await import(/* @vite-ignore */ file)) as Record<string, new () => ICredentialType>;
  return new module[name]!();
}

async function pagesOf(types: readonly string[]): Promise<Pages> {
  const pages = types.map(async (type) => {
    const { documentationUrl = '' } = await loadCredential(type);
    return [type, documentationUrl.replace(/^.*\/docs\//, '')] as const;
  });
  return new Map(await Promise.all(pages));
}

/**
 * The files with sections from the connection matrix, with their new text.
 *
 * @throws {Error} if a file asks for a section that does not exist
 */
export async function generated(): Promise<ReadonlyMap<string, string>> {
  const pages = await pagesOf(credentialTypes);
  const files = new Map<string, string>([['package.json', manifest()]]);
  for (const folder of ['', 'docs']) {
    const texts = sections(pages, folder);
    for (const name of readdirSync(join(ROOT, folder)).filter((one) => one.endsWith('.md'))) {
      const file = join(folder, name);
      const text = read(file);
      if (!text.includes('<!-- generated:')) continue;
      files.set(file, await withSections(file, 'generated', texts));
    }
  }
  return files;
}

/** A file with what a test has measured between `<!-- measured: NAME -->` and `<!-- end -->`. */
export const measured = async (file: string, texts: Readonly<Record<string, string>>): Promise<string> =>
  await withSections(file, 'measured', texts);

const SECTION = /<!-- (generated|measured): ([\w ]+) -->[\s\S]*?<!-- end -->/g;

/** @throws {Error} if the file asks for a section that does not exist */
async function withSections(
  file: string,
  origin: 'generated' | 'measured',
  texts: Readonly<Record<string, string>>,
): Promise<string> {
  const text = read(file).replace(SECTION, (old, from: string, section: string) => {
    if (from !== origin) return old;
    const content = texts[section];
    if (content === undefined) throw new Error(`${file}: there is no section "${section}"`);
    return `<!-- ${origin}: ${section} -->\n\n${content}\n\n<!-- end -->`;
  });
  return await formatted(file, text);
}

const formatted = async (file: string, text: string): Promise<string> =>
  await format(text, { ...(await resolveConfig(join(ROOT, file))), filepath: file });

function manifest(): string {
  const content = JSON.parse(read('package.json')) as { n8n: { credentials: string[] } };
  content.n8n.credentials = credentialTypes.map((type) => `dist/credentials/${classOf(type)}.credentials.js`);
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A module of scripts/lib. They are ES modules that plain Node runs, so TypeScript has no types of them. */
export const loadScript = async <T>(file: string): Promise<T> => {
  const path = join(__dirname, '..', '..', 'scripts', 'lib', file);
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as T;
};

// Where things are: the checkout, and the cache folder, which is outside of every checkout.
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this script belongs to. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * The folder for big things that do not change (n8n, Node 24), so that a new clone finds them.
 * @param {...string} parts path below the cache folder; its parent folder is made
 * @returns {string}
 */
export function cachePath(...parts) {
  const { EMAIL_SESSION_CACHE, XDG_CACHE_HOME } = process.env;
  const base =
    EMAIL_SESSION_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-email-session');
  const path = join(base, ...parts);
  mkdirSync(parts.length ? dirname(path) : path, { recursive: true });
  return path;
}

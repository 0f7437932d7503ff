import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { sessionsForEditor } from '../../n8n/run/editor-sessions';
import { DEFAULT_NAME } from './session-name';

/** The sessions that this user opened lately, with their accounts, and the one that nodes use if nothing is changed. */
export async function searchSessions(
  this: ILoadOptionsFunctions,
  filter = '',
): Promise<INodeListSearchResult> {
  const seen = sessionsForEditor(this).map(({ name, account }) => ({
    name: `${name} – ${account}`,
    value: name,
  }));
  const results = seen.some(({ value }) => value === DEFAULT_NAME)
    ? seen
    : [...seen, { name: DEFAULT_NAME, value: DEFAULT_NAME }];
  return await Promise.resolve({
    results: results.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase())),
  });
}

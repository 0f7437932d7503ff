import { describe, expect, it } from 'vitest';

import { readFolder } from '../../../nodes/EmailMailbox/actions/fields/folder-field';
import type { ParameterContext } from '../../../nodes/EmailMailbox/actions/fields/read-parameters';
import { readSearchIn } from '../../../nodes/EmailMailbox/actions/message/search-fields';

const contextOf = (parameters: Record<string, unknown>) =>
  ({
    getNodeParameter: (name: string, _: number, preset: unknown) => parameters[name] ?? preset,
  }) as unknown as ParameterContext;
const read = (folder: unknown) => readFolder(contextOf({ folder }), 'folder', 0);
const locator = (mode: string, value: unknown) => ({ __rl: true, mode, value });

describe('the folder of a field', () => {
  it.each([
    // As the server has it: Exchange keeps names that end in a space.
    [locator('list', 'Old '), 'Old '],
    [locator('list', ' New'), ' New'],
    [locator('path', ' Archive/2026\n'), 'Archive/2026'],
    [locator('use', 'Sent '), '\\Sent'],
    [' Archive ', 'Archive'],
  ])('%j is %j', (parameter, expected) => {
    expect(read(parameter)).toBe(expected);
  });

  it.each([locator('list', ' '), locator('path', ''), '', undefined, 7])('%j is none', (parameter) => {
    expect(() => read(parameter)).toThrow(/^Folder: it is empty/);
  });

  it('is the same in a list of folders', () => {
    const folders = { folder: [{ folder: locator('list', 'Old ') }, { folder: locator('path', ' New ') }] };
    expect(readSearchIn(contextOf({ searchIn: 'several', folders }), 0)).toEqual(['Old ', 'New']);
  });
});

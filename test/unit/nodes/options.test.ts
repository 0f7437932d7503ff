import type { IExecuteFunctions } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';

import { readOptions, readRows } from '../../../nodes/EmailMailbox/actions/fields/options';

const given = (value: unknown) => ({ getNodeParameter: () => value }) as unknown as IExecuteFunctions;

// n8n's own engine drops what is not an object. Nothing may depend on it: a text instead of filters would match all messages.
describe('what an expression gives for a whole collection', () => {
  it.each(['x', ['x'], 1, true])('is refused if it is %j', (value) => {
    expect(() => readOptions(given(value), 0)).toThrow(
      'Options: the expression gives something else than options',
    );
    const filters = { name: 'filters', displayName: 'Filters' };
    expect(() => readOptions(given(value), 0, filters)).toThrow(
      'Filters: the expression gives something else than filters',
    );
  });

  it('may be nothing', () => {
    for (const nothing of [undefined, null, {}]) expect(readOptions(given(nothing), 0)).toEqual({});
  });

  it.each(['x', ['x'], 1, { header: 'x' }, { header: [null] }])('is no list of rows: %j', (value) => {
    expect(() => readRows('Headers', value, 'header')).toThrow(
      'Headers: the expression gives something else than headers',
    );
  });

  it('may be no rows', () => {
    for (const nothing of [undefined, null, {}, { header: null }])
      expect(readRows('Headers', nothing, 'header')).toEqual([]);
  });
});

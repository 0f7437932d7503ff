import { describe, expect, it } from 'vitest';

import { generated } from '../../scripts/docs/generate';

// `npm run docs` writes them: this test with --update.
describe('the text generated from the code is up to date', async () => {
  it.each([...(await generated())])('in %s', async (file, text) => {
    await expect(text).toMatchFileSnapshot(`../../${file}`);
  });
});

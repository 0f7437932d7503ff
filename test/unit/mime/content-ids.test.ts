import { expect, it } from 'vitest';

import { shownIds } from '../../../mail/mime/content-ids';

it('finds the pictures that HTML shows, however it writes their ids', () => {
  const html = `<img src="cid:a@x"><img src=CID:b@x><img src='cid:c%40x'><td background="cid:d@x"> url(cid:e@x)`;
  const ids = shownIds(html);
  for (const id of ['a@x', 'b@x', 'c@x', 'd@x', 'e@x']) expect(ids).toContain(id);
  expect(shownIds('<img src="cid:a@x">')).not.toContain('a');
  expect(shownIds('<img src="cid:%zz">')).toContain('%zz');
  expect(shownIds(undefined).size).toBe(0);
});

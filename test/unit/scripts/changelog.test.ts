import { beforeAll, describe, expect, it } from 'vitest';

import { loadScript } from '../../servers/script-library';

type ReleaseNotes = (text: string, version: string, date: string) => { text: string; notes: string };

let releaseNotes: ReleaseNotes;

beforeAll(async () => {
  ({ releaseNotes } = await loadScript<{ releaseNotes: ReleaseNotes }>('changelog.mjs'));
});

const LOG = '# Changelog\n\n## Unreleased\n\n### Added\n\n- POP3.\n\n## 0.1.0 – 2026-01-01\n\n- First.\n';

describe('a release', () => {
  it('takes the unreleased notes, and leaves an empty heading for the next ones', () => {
    const { text, notes } = releaseNotes(LOG, '0.2.0', '2026-11-26');
    expect(notes).toBe('### Added\n\n- POP3.');
    expect(text).toBe(
      '# Changelog\n\n## Unreleased\n\n## 0.2.0 – 2026-11-26\n\n### Added\n\n- POP3.\n\n## 0.1.0 – 2026-01-01\n\n- First.\n',
    );
  });

  it('is refused when there are no unreleased notes', () => {
    const { text } = releaseNotes(LOG, '0.2.0', '2026-11-26');
    expect(() => releaseNotes(text, '0.3.0', '2026-11-27')).toThrow('says nothing');
    expect(() => releaseNotes('# Changelog\n', '0.3.0', '2026-11-27')).toThrow('no heading');
  });
});

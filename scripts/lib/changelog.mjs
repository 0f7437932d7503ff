// CHANGELOG.md, in the format of keepachangelog.com: the notes of each release.

const UNRELEASED = '## Unreleased';

/**
 * Moves the notes under "Unreleased" to a version.
 *
 * @param {string} text of CHANGELOG.md
 * @param {string} version such as 1.2.0
 * @param {string} date such as 2026-11-26
 * @returns {{ text: string, notes: string }} the new text, and the notes of this version
 */
export function releaseNotes(text, version, date) {
  const start = text.indexOf(`${UNRELEASED}\n`);
  if (start < 0) throw new Error(`CHANGELOG.md has no heading "${UNRELEASED}"`);
  const body = start + UNRELEASED.length;
  const next = text.indexOf('\n## ', body);
  const end = next < 0 ? text.length : next;
  const notes = text.slice(body, end).trim();
  if (!notes) throw new Error(`CHANGELOG.md says nothing under "${UNRELEASED}"`);
  const heading = `${UNRELEASED}\n\n## ${version} – ${date}\n\n${notes}\n`;
  return { text: text.slice(0, start) + heading + text.slice(end), notes };
}

/** No HTML shows more pictures. */
const MOST = 10_000;

const URL = /cid:([^\s"'<>)]{1,300})/gi;

/** The content IDs that HTML refers to, as the parts have them: a URL writes some characters as `%40` (RFC 2392). */
export function shownIds(html = ''): Set<string> {
  const found = new Set<string>();
  for (const [, id = ''] of html.matchAll(URL)) {
    found.add(id).add(decoded(id)).add(id.replaceAll('&amp;', '&'));
    if (found.size > MOST) break;
  }
  return found;
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

import PostalMime from 'postal-mime';

/** The links in the HTML of a mail, in their order. */
export async function linksOf(raw: Buffer): Promise<string[]> {
  const { html = '' } = await PostalMime.parse(raw);
  return [...html.matchAll(/href="([^"]+)"/g)].map(([, url = '']) => url.replaceAll('&amp;', '&'));
}

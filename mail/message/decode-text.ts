import PostalMime from 'postal-mime';

import type { BodyPart } from './body-part';

/** A body part arrives without its MIME header, which the structure repeats: put back, the parser does the rest. */
export async function decodeText(node: BodyPart | undefined, raw: Buffer | undefined): Promise<string> {
  if (!node || !raw) return '';
  // Two tokens of the server's: anything but their own alphabet would be a header of its own.
  const charset = (node.parameters?.charset ?? 'utf-8').replace(/[^\w.:+-]/g, '');
  const encoding = (node.encoding ?? '7bit').replace(/[^\w-]/g, '');
  const flowed = node.parameters?.format === 'flowed' ? '; format=flowed' : '';
  const header = `Content-Type: ${node.type}; charset="${charset}"${flowed}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
  const parsed = await PostalMime.parse(Buffer.concat([Buffer.from(header), raw]));
  return (node.type === 'text/html' ? parsed.html : parsed.text) ?? '';
}

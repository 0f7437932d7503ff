import { safeFileName } from '../text';
import { isMessage, type BodyPart } from './body-part';
import { fileNameOf } from './classify';

/** File extensions for types that are often sent without a name (IANA media types). */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'message/rfc822': '.eml',
  'message/global': '.eml',
  'message/delivery-status': '.txt',
  'message/disposition-notification': '.txt',
  'message/feedback-report': '.txt',
  'message/global-delivery-status': '.txt',
  'message/global-disposition-notification': '.txt',
  'message/global-headers': '.txt',
  'text/plain': '.txt',
  'text/html': '.html',
  'text/calendar': '.ics',
  'text/csv': '.csv',
  'text/xml': '.xml',
  'text/vcard': '.vcf',
  'text/x-vcard': '.vcf',
  'text/enriched': '.txt',
  'text/richtext': '.txt',
  'text/rtf': '.rtf',
  'text/rfc822-headers': '.txt',
  'text/x-amp-html': '.html',
  'application/pdf': '.pdf',
  'application/zip': '.zip',
  'application/json': '.json',
  'application/xml': '.xml',
  'application/ics': '.ics',
  'application/rtf': '.rtf',
  'application/gzip': '.gz',
  'application/msword': '.doc',
  'application/vnd.ms-outlook': '.msg',
  'application/vnd.ms-excel': '.xls',
  'application/vnd.ms-powerpoint': '.ppt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': '.pptx',
  'application/vnd.oasis.opendocument.text': '.odt',
  'application/vnd.oasis.opendocument.spreadsheet': '.ods',
  'application/pkcs7-signature': '.p7s',
  'application/x-pkcs7-signature': '.p7s',
  'application/pkcs7-mime': '.p7m',
  'application/x-pkcs7-mime': '.p7m',
  'application/pgp-signature': '.asc',
  'image/jpeg': '.jpg',
  'image/jpg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
  'image/bmp': '.bmp',
  'image/webp': '.webp',
  'image/svg+xml': '.svg',
  'image/tiff': '.tiff',
  'image/heic': '.heic',
  'audio/amr': '.amr',
  'audio/mp4': '.m4a',
  'audio/mpeg': '.mp3',
  'audio/ogg': '.ogg',
  'audio/wav': '.wav',
  'audio/wave': '.wav',
  'audio/x-wav': '.wav',
  'video/3gpp': '.3gp',
  'video/mp4': '.mp4',
  'video/quicktime': '.mov',
};

/** The name under which to save a file: the sender's, made safe, or one made from its part number and type. */
export function savedName(node: BodyPart, part: string): string {
  const extension = EXTENSIONS[node.type] ?? '';
  const name = safeFileName(fileNameOf(node), `attachment-${part}${extension}`);
  return isMessage(node) && !/\.eml$/i.test(name) ? `${name}.eml` : name;
}

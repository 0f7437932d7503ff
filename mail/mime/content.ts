import { htmlToText } from './html-to-text';
import type { MessageContent } from '../model/message';

/**
 * The bodies of a message in the shape that every protocol gives, with line ends as in n8n. Exchange makes a text of
 * HTML that came alone, so that it is made everywhere.
 */
export const contentOf = (text: string, html: string): MessageContent => ({
  text: withLf(text || (html ? htmlToText(html) : '')),
  html: withLf(html),
});

const withLf = (text: string): string => text.replaceAll('\r\n', '\n');

import type { Address, Message, MessageContent } from '../model/message';
import { bodyOf, escapeHtml, textToHtml } from './html';

/** How to format a quotation for a human reader. */
export interface QuoteStyle {
  /** IANA name of the time zone for dates, such as Europe/Berlin. */
  timeZone: string;
}

/** A quoted message in both forms. */
export interface Quotation {
  text: string;
  html: string;
}

/** The original below a reply: who wrote when, and what (RFC 3676 section 4.5 for the quote marks). */
export function quoteForReply(original: Message, style: QuoteStyle): Quotation {
  const { text, html } = bothForms(original.content);
  const line = attribution(original, style);
  return {
    text: `${line}\n${text.trimEnd().split('\n').map(quotedLine).join('\n')}\n`,
    html: `<div>${escapeHtml(line)}</div>\n<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">\n${html}\n</blockquote>\n`,
  };
}

/** The original as forwarded, below the main header fields. */
export function quoteForForward(original: Message, style: QuoteStyle): Quotation {
  const { text, html } = bothForms(original.content);
  const fields = headerBlock(original, style);
  const asText = fields.map(([name, value]) => `${name}: ${value}`).join('\n');
  const asHtml = fields.map(([name, value]) => `<b>${name}:</b> ${escapeHtml(value)}`).join('<br>\n');
  return {
    text: `---------- Forwarded message ----------\n${asText}\n\n${text}`,
    html: `<div>---------- Forwarded message ----------</div>\n<div>${asHtml}</div>\n<br>\n${html}`,
  };
}

/** Both forms of the content. A plain text message gets HTML too, because the reply may need it. */
function bothForms({ text, html }: MessageContent = { text: '', html: '' }): Quotation {
  return { text: text.replace(/\r\n?/g, '\n'), html: html ? bodyOf(html) : textToHtml(text) };
}

const quotedLine = (line: string): string => (line.startsWith('>') ? `>${line}` : line ? `> ${line}` : '>');

const person = ({ name, address }: Address): string => (name ? `${name} <${address}>` : address);
const people = (list: readonly Address[]): string => list.map(person).join(', ');

function attribution({ from, date, receivedAt }: Message, style: QuoteStyle): string {
  const time = dateOf(date ?? receivedAt, style);
  return `${time ? `On ${time}, ` : ''}${people(from) || 'the sender'} wrote:`;
}

function headerBlock({ from, to, cc, subject, date, receivedAt }: Message, style: QuoteStyle) {
  const fields: Array<[name: string, value: string]> = [
    ['From', people(from)],
    ['Date', dateOf(date ?? receivedAt, style)],
    ['Subject', subject],
    ['To', people(to)],
    ['Cc', people(cc)],
  ];
  return fields.filter(([, value]) => value !== '');
}

const dateOf = (iso: string | undefined, { timeZone }: QuoteStyle): string =>
  iso
    ? new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
        new Date(iso),
      )
    : '';

import type { MessageContent } from '../model/message';
import { htmlToMarkdown } from './html-to-markdown';
import { withoutHistory } from './quoted-history';
import type { QuotedHistory } from './quoted-lines';

/** In which form a body is shown. Both: as text and as HTML. */
export type BodyForm = 'none' | 'text' | 'markdown' | 'html' | 'both';

export interface BodyOptions {
  form: BodyForm;
  /** Most characters of each form. */
  maxLength?: number;
  withoutHistory?: boolean;
}

/** The body as it is shown: only the forms that were asked for. */
export interface ShownBody {
  text?: string;
  markdown?: string;
  html?: string;
  /** Set if a form has more than is shown. */
  truncated?: true;
  /** Characters of the whole body; of text and HTML, those of the longer one. Present if `truncated` is. */
  bodyLength?: number;
  /** Present if history was to be left out. */
  quotedHistory?: QuotedHistory;
}

const FORMS = {
  none: [],
  text: ['text'],
  markdown: ['markdown'],
  html: ['html'],
  both: ['text', 'html'],
} as const satisfies Record<BodyForm, ReadonlyArray<'text' | 'markdown' | 'html'>>;

/** @param subject tells a forwarded message, whose history is kept */
export function shownBody(content: MessageContent, subject: string, options: BodyOptions): ShownBody {
  const { form, maxLength = Infinity } = options;
  if (form === 'none') return {};
  const answer = options.withoutHistory ? withoutHistory(content, subject) : undefined;
  const { text, html, truncated } = answer?.content ?? content;
  const whole = { text: () => text, html: () => html, markdown: () => (html ? htmlToMarkdown(html) : text) };
  const bodies = FORMS[form].map((name) => [name, whole[name]()] as const);
  const shown = bodies.map(([name, body]) => [name, cutTo(body, maxLength, name === 'html')] as const);
  const isCut = truncated ?? bodies.some(([, { length }]) => length > maxLength);
  return {
    ...Object.fromEntries(shown),
    ...(isCut && { truncated: true, bodyLength: Math.max(...bodies.map(([, { length }]) => length)) }),
    ...(answer && { quotedHistory: form === 'text' ? answer.text : worse(form, answer) }),
  };
}

/** With text and HTML, history counts as removed if it is removed from both. */
const worse = (form: BodyForm, { text, html }: { text: QuotedHistory; html: QuotedHistory }) =>
  form === 'both' && text !== 'removed' ? text : html;

/** Neither a character nor a tag is cut in two. */
function cutTo(body: string, length: number, isHtml: boolean): string {
  if (body.length <= length) return body;
  const begin = body.slice(0, length).replace(/[\ud800-\udbff]$/, '');
  const tag = isHtml ? begin.lastIndexOf('<') : -1;
  return tag > begin.lastIndexOf('>') ? begin.slice(0, tag) : begin;
}

import { shownBody, type BodyOptions } from '../../mail/mime/shown-body';
import { htmlToText } from '../../mail/mime/html-to-text';
import { table } from './tables';
import { TYPICAL } from '../../test/corpus/typical';

const FORMS: Readonly<Record<string, BodyOptions>> = {
  HTML: { form: 'html' },
  Text: { form: 'text' },
  Markdown: { form: 'markdown' },
  'Markdown without history': { form: 'markdown', withoutHistory: true },
};

/** What ten mails cost a model, by the form of their body: a token is about four characters. */
export function tokens(): string {
  const counts = TYPICAL.map(({ name, html }) => {
    const content = { html, text: htmlToText(html) };
    const sizes = Object.values(FORMS).map((options) => {
      const { html: page, text, markdown } = shownBody(content, name, options);
      return Math.round((page ?? text ?? markdown ?? '').length / 4);
    });
    return { name, sizes };
  });
  const all = Object.keys(FORMS).map((_, index) => counts.reduce((sum, { sizes }) => sum + sizes[index]!, 0));
  const rows = [...counts, { name: '**All**', sizes: all }];
  return table(
    ['Mail', ...Object.keys(FORMS)],
    rows.map(({ name, sizes }) => [name, ...sizes.map(String)]),
  )
    .replace(/---/g, '---:')
    .replace('---:', '---');
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { escapeHtml, textToHtml } from '../../../../../mail/mime/html';
import { hint } from '../../../../shared/hint';

/** A button in a mail, and its link. */
export interface Button {
  label: string;
  url: string;
}

const BUTTON =
  'display:inline-block;margin:0 8px 8px 0;padding:10px 22px;border-radius:4px;background:#1a5fb4;color:#ffffff;text-decoration:none';

/** The question as the two bodies of a mail. */
export const bodiesOf = (message: string, buttons: readonly Button[]): { text: string; html: string } => ({
  text: [message, ...buttons.map(({ label, url }) => `${label}: ${url}`)].join('\n\n'),
  html: `<p>${textToHtml(message)}</p>\n${
    buttons.length > 0
      ? `<p>${buttons
          .map(({ label, url }) => `<a href="${escapeHtml(url)}" style="${BUTTON}">${escapeHtml(label)}</a>`)
          .join('\n')}</p>\n`
      : ''
  }`,
});

/** n8n without a public address makes links that only its own machine can open. */
export function warnOfLocalLinks(context: IExecuteFunctions, [first]: readonly Button[]): void {
  if (!first || !/^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(first.url).hostname)) return;
  const { origin } = new URL(first.url);
  hint(
    context,
    `The links in the mail begin with ${origin}, which only the machine of n8n can open. For recipients elsewhere, set WEBHOOK_URL to the public address of n8n.`,
  );
}

import { escapeHtml, textToHtml } from '../../../../../mail/mime/html';

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

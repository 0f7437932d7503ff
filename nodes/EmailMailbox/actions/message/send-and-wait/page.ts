import { createHash } from 'node:crypto';

import { escapeHtml, textToHtml } from '../../../../../mail/mime/html';
import { OWN_PAGE } from '../../../../../n8n/wait/wake';
import type { FormField, Question } from './question';

/** A page of our own. Its answers are told from n8n's pages by `OWN_PAGE`. */
export interface Page {
  title: string;
  /** HTML. */
  body: string;
}

/** What the script says where n8n answers by itself, without asking the node. */
const NOTES: Readonly<Record<string, string>> = {
  answered: 'This question was answered already. Nothing was changed.',
  running:
    'The workflow is at work on this question right now: it was answered already, or it does not wait for an answer yet. If you have just got the mail, try again in a minute.',
  gone: 'The workflow no longer waits for this answer. It was ended or deleted.',
  link: 'This link is not complete. Open it from the mail again.',
  failed: 'The answer could not be sent. Try again in a minute.',
};

const STYLE = `body{margin:0;background:#f4f5f7;color:#222;font:16px/1.5 system-ui,sans-serif}
main{max-width:36rem;margin:2rem auto;padding:2rem;background:#fff;border-radius:.5rem}
h1{margin:0 0 1rem;font-size:1.4rem}label{display:block;margin:1rem 0 .25rem;font-weight:600}
input,select,textarea{box-sizing:border-box;width:100%;padding:.5rem;border:1px solid #999;border-radius:.25rem;font:inherit}
input[type=checkbox]{width:auto}button{margin-top:1.5rem;padding:.6rem 1.4rem;border:0;border-radius:.25rem;background:#1a5fb4;color:#fff;font:inherit;cursor:pointer}
.problem{color:#b00020}`;

/** Sends the form, and says what became of it. Without scripts the browser sends it, and n8n's own pages say that. */
const SCRIPT = `addEventListener('submit',async(event)=>{
event.preventDefault();
const form=event.target,button=form.querySelector('button');
const note=(id)=>{for(const one of document.querySelectorAll('[data-note]'))one.hidden=one.dataset.note!==id};
button.disabled=true;note('');
try{
const response=await fetch(location.href,{method:'POST',body:new URLSearchParams(new FormData(form))});
const main=new DOMParser().parseFromString(await response.text(),'text/html').querySelector('main[${OWN_PAGE}]');
if(main)return document.querySelector('main').replaceWith(main);
note({200:'answered',401:'link',404:'gone',409:'running'}[response.status]||'failed');
}catch{note('failed')}
button.disabled=false;
})`;

const notes = (): string =>
  Object.entries(NOTES)
    .map(([id, text]) => `<p class="problem" data-note="${id}" hidden>${escapeHtml(text)}</p>`)
    .join('');

export const htmlOf = ({ title, body }: Page): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main ${OWN_PAGE}>${body}</main><script>${SCRIPT}</script></body></html>`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but what the page itself has, and nobody may show it in a frame. */
export const POLICY = [
  `default-src 'none'; script-src ${hashOf(SCRIPT)}; style-src ${hashOf(STYLE)}; connect-src 'self'`,
  `form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
].join('; ');

const heading = (title: string): string => `<h1>${escapeHtml(title)}</h1>`;

/**
 * The page of a question.
 *
 * @param button its label
 * @param values that were given before, by the position of their field
 * @param problem with those
 */
export const questionPage = (
  { title, text, fields }: Pick<Question, 'title' | 'text' | 'fields'>,
  button: string,
  { values = [], problem }: { values?: readonly string[]; problem?: string } = {},
): Page => ({
  title,
  body: `${heading(title)}<p>${textToHtml(text)}</p>
${problem ? `<p class="problem" role="alert">${escapeHtml(problem)}</p>` : ''}
<form method="post">${fields.map((field, index) => inputOf(field, index, values[index] ?? '')).join('\n')}
<button>${escapeHtml(button)}</button></form>${notes()}`,
});

export const messagePage = (title: string, text: string): Page => ({
  title,
  body: `${heading(title)}<p>${escapeHtml(text)}</p>`,
});

/** The name of a field in the form, which says nothing of its label. */
export const nameOf = (index: number): string => `field-${index}`;

function inputOf(field: FormField, index: number, value: string): string {
  const name = nameOf(index);
  const attributes = `id="${name}" name="${name}"${field.required ? ' required' : ''}${
    field.placeholder ? ` placeholder="${escapeHtml(field.placeholder)}"` : ''
  }`;
  return `<label for="${name}">${escapeHtml(field.label)}</label>${controlOf(field, attributes, value)}`;
}

function controlOf({ type, options }: FormField, attributes: string, value: string): string {
  switch (type) {
    case 'textarea':
      return `<textarea ${attributes} rows="6">\n${escapeHtml(value)}</textarea>`;
    case 'checkbox':
      return `<input type="checkbox" ${attributes} value="true"${value ? ' checked' : ''}>`;
    case 'dropdown':
      return `<select ${attributes}>${['', ...options]
        .map(
          (option) =>
            `<option value="${escapeHtml(option)}"${option === value ? ' selected' : ''}>${escapeHtml(option)}</option>`,
        )
        .join('')}</select>`;
    case 'number':
      return `<input type="number" step="any" ${attributes} value="${escapeHtml(value)}">`;
    default:
      return `<input type="${type}" ${attributes} value="${escapeHtml(value)}">`;
  }
}

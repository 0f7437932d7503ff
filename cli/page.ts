import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';

/** A page for the browser. All texts are plain, without markup. */
export interface Page {
  status: number;
  title: string;
  text: string;
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // The address of this page contains the code.
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Sends the page, and waits until it is sent or the browser is gone. */
export async function showPage(response: ServerResponse, { status, title, text }: Page): Promise<void> {
  const [safeTitle, safeText] = [escape(title), escape(text)];
  response.writeHead(status, HEADERS);
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${safeTitle}</title><h1>${safeTitle}</h1><p>${safeText}</p></html>\n`,
  );
  await finished(response).catch(() => undefined);
}

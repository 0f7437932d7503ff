import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { Page } from './page';

export interface ExpectedCallback {
  /** Of the redirect URI. */
  path: string;
  /** Of the authorization request (RFC 6749 section 10.12). */
  state: string;
}

/**
 * The query of the callback that belongs to the authorization request, or the page that refuses what does not:
 * any program or web page on this computer can send something here.
 */
export function callbackQuery(request: IncomingMessage, expected: ExpectedCallback): URLSearchParams | Page {
  if (!isLoopback(request.headers.host ?? '')) {
    return refusal(421, 'This is not the address of the sign-in.');
  }
  if (request.method !== 'GET') return refusal(405, 'Only a browser can use this address.');
  const [path, query] = (request.url ?? '').split('?', 2);
  if (path !== expected.path) return refusal(404, 'There is no page at this address.');
  const searchParams = new URLSearchParams(query);
  if (!sameText(searchParams.get('state') ?? '', expected.state)) {
    return refusal(
      400,
      'This answer does not belong to the current sign-in. Open the address that the command shows.',
    );
  }
  return searchParams;
}

const refusal = (status: number, text: string): Page => ({ status, title: 'Not accepted', text });

/** A name that someone else points at this computer (DNS rebinding) is not one of these. */
const isLoopback = (host: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);

// Hashed, because only texts of one length can be compared in a time that does not tell where they differ.
const sameText = (one: string, other: string): boolean => timingSafeEqual(sha256(one), sha256(other));
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

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
 * The query of the callback, if it belongs to the authorization request; otherwise the page that refuses it. Any program
 * or web page on this computer can send requests here.
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

/** Refuses other names that were pointed at this computer (DNS rebinding). */
const isLoopback = (host: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);

// Hashed, because a constant-time comparison needs texts of the same length.
const sameText = (one: string, other: string): boolean => timingSafeEqual(sha256(one), sha256(other));
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A shorter piece of base64 could be part of any word. */
const SHORTEST_PIECE = 8;

/**
 * Replaces secrets in a server's text, in every form in which a server could repeat them: plain, quoted for IMAP (RFC
 * 9051 section 4.3), JSON, XML or a URL, and anywhere within base64, as in SASL and HTTP.
 */
export function blot(text: string, secrets: readonly string[]): string {
  let blotted = text;
  for (const secret of secrets.filter(Boolean)) {
    for (const form of writtenForms(secret)) blotted = blotted.replaceAll(form, '***');
    for (const piece of base64Pieces(secret)) blotted = withoutRuns(blotted, piece);
  }
  return blotted;
}

/** Longest first, so that nothing of a secret remains. */
function writtenForms(secret: string): string[] {
  const url = encodeURIComponent(Buffer.from(secret).toString());
  const forms = [
    secret,
    secret.replace(/[\\"]/g, '\\$&'),
    JSON.stringify(secret).slice(1, -1),
    ...[escapedForXml(secret, '&quot;', '&apos;'), escapedForXml(secret, '&#34;', '&#39;')],
    ...[url, url.replaceAll('%20', '+')],
    Buffer.from(secret).toString('base64'),
  ];
  return [...new Set(forms)].sort((one, other) => other.length - one.length);
}

const escapedForXml = (text: string, quote: string, apostrophe: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', quote)
    .replaceAll("'", apostrophe);

/** The three base64 forms of a secret, depending on how many bytes precede it. */
function base64Pieces(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const pieces = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Without the letters that also depend on neighbouring bytes.
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const safe = pieces.map((piece) => piece.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([...pieces, ...safe])].filter(({ length }) => length >= SHORTEST_PIECE);
}

/** Removes the whole base64 run around each piece, because adjacent letters contain some of the secret's bits. */
function withoutRuns(text: string, piece: string): string {
  let kept = '';
  let from = 0;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, from)) {
    let start = at;
    let end = at + piece.length;
    while (start > from && isOfBase64(text, start - 1)) start--;
    while (end < text.length && isOfBase64(text, end)) end++;
    kept += `${text.slice(from, start)}***`;
    from = end;
  }
  return kept + text.slice(from);
}

const isOfBase64 = (text: string, at: number): boolean => /[\w+/=-]/.test(text[at] ?? '');

import { TextPieces } from './text-pieces';

const TOKENS = /<<|<(\/?[a-z0-9-]{1,60})>|\n+|[^<\n]+|</gi;

/** Commands whose text is not shown: parameters and comments. */
const HIDDEN = new Set(['param', 'comment']);

/** What is written for a command of text/richtext, the older form (RFC 1341 section 7.1.3). */
const WRITTEN: ReadonlyMap<string, string> = new Map(
  Object.entries({ nl: '\n', lt: '<', np: '\n\n', paragraph: '\n\n', '/paragraph': '\n\n' }),
);

/**
 * The text of a text/enriched body (RFC 1896 sections 2 and 3) or a text/richtext body, without its commands.
 *
 * @param text with LF line ends
 */
export function enrichedText(text: string, form: 'enriched' | 'richtext'): string {
  const shown = new TextPieces();
  const open = { hidden: 0, nofill: 0 };
  let startsLine = true;
  const put = (piece: string) => {
    if (open.hidden > 0 || piece === '') return;
    shown.push(piece);
    startsLine = piece.endsWith('\n');
  };
  const count = (name: string, isEnd: boolean) => {
    const kind = HIDDEN.has(name) ? 'hidden' : name === 'nofill' ? 'nofill' : undefined;
    if (kind) open[kind] = Math.max(0, open[kind] + (isEnd ? -1 : 1));
  };
  for (const [token, command = ''] of text.matchAll(TOKENS)) {
    const name = command.toLowerCase();
    if (name) {
      count(name.replace('/', ''), name.startsWith('/'));
      if (form === 'richtext') put(WRITTEN.get(name) ?? '');
    } else if (token === '<<') put(form === 'enriched' ? '<' : token);
    else if (open.nofill > 0) put(token);
    else if (!token.startsWith('\n')) put(startsLine ? token.replace(/^ /, '') : token);
    // A single line end is a space, and of several one is left out.
    else if (form === 'enriched' && token.length > 1) put(token.slice(1));
    else if (!startsLine) put(' ');
  }
  return shown.text;
}

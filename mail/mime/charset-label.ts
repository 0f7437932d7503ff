import iconv from 'iconv-lite';

/** How to decode a charset: by special rules, or with the iconv-lite table of this name. */
export type Charset =
  | { kind: 'utf-8' | 'windows-1252' | 'utf-16' | 'utf-7' | 'hz' }
  | { kind: 'iso-2022'; eightBit: readonly string[] }
  | { kind: 'table'; name: string; asian: boolean };

/**
 * Labels that stand for another charset, in the form that `compact` returns. The same as in browsers
 * (https://encoding.spec.whatwg.org/#names-and-labels), because programs that use the one label may send characters of
 * the other charset.
 */
const ALIASES: Readonly<Record<string, string>> = {
  ...{ utf8mb3: 'utf8', utf8mb4: 'utf8', unicode11utf8: 'utf8', utf8n: 'utf8', cp65001: 'utf8' },
  ...{ unicode: 'utf16', ucs2: 'utf16', iso10646ucs2: 'utf16', utf16unicode: 'utf16' },
  ...{ ansi: 'windows1252', ascii: 'windows1252', usascii: 'windows1252', us: 'windows1252' },
  ...{ ansix341968: 'windows1252', ansix341986: 'windows1252', iso646us: 'windows1252' },
  ...{ latin1: 'windows1252', l1: 'windows1252', iso88591: 'windows1252', cp1252: 'windows1252' },
  ...{ iso885911987: 'windows1252', cp819: 'windows1252', ibm819: 'windows1252', win1252: 'windows1252' },
  ...{ latin5: 'windows1254', iso88599: 'windows1254', iso885911: 'windows874', tis620: 'windows874' },
  ...{ iso88598i: 'iso88598', iso88598e: 'iso88598', iso88596i: 'iso88596', iso88596e: 'iso88596' },
  ...{ gb2312: 'gb18030', gbk: 'gb18030', cp936: 'gb18030', gb231280: 'gb18030', euccn: 'gb18030' },
  ...{ ms936: 'gb18030', windows936: 'gb18030', gb180302000: 'gb18030', gb180302005: 'gb18030' },
  ...{ chinese: 'gb18030', uhc: 'cp949', johab: 'cp949', big5eten: 'big5', big5hkscs2004: 'big5hkscs' },
  ...{ mac: 'macroman', macintosh: 'macroman', unicode11utf7: 'utf7', macos: 'macroman' },
  ...{ hzgb2312: 'hz', sjis: 'shiftjis', mskanji: 'shiftjis', koi8: 'koi8r', eucjis: 'eucjp' },
};

/** Tables with several bytes per character: Chinese, Japanese and Korean. */
const ASIAN =
  /^(gb18030|big5|shiftjis|cp932|eucjp|euckr|cp949|cp950|cp936|ksc|windows31j|windows949|windows950|ms9)/;

/**
 * The eight-bit charsets of a language, by the ISO-2022 charset with which some programs label them. In Japanese, a text
 * in Shift_JIS is hardly ever a valid one in EUC.
 */
const EIGHT_BIT = { jp: ['eucjp', 'cp932'], kr: ['cp949'], cn: ['gb18030'] } as const;

const known = new Map<string, Charset | undefined>();

/**
 * The charset of a label in a message, regardless of capitals, spaces, dashes, or a prefix `x-` or `cs`.
 *
 * @returns undefined for an unknown label, such as x-unknown
 */
export function charsetOf(label: string): Charset | undefined {
  const short = label.slice(0, 60);
  if (known.has(short)) return known.get(short);
  const charset = resolve(compact(short));
  // Labels come from strangers, so the cache must be limited.
  if (known.size < 500) known.set(short, charset);
  return charset;
}

/** A language may follow (RFC 2231 section 5), or the next parameter if a semicolon is missing. */
const compact = (label: string): string =>
  (/^[^*;,]*/.exec(label)?.[0] ?? '').toLowerCase().replace(/[^a-z0-9]/g, '');

function resolve(label: string): Charset | undefined {
  for (const one of [
    label,
    label.replace(/^(x|cs)/, ''),
    label.replace(/^(charset|window(?=\d)|win(?=\d))/, 'windows'),
  ]) {
    const name = Object.hasOwn(ALIASES, one) ? ALIASES[one]! : one;
    if (name === 'utf8' || name === 'utf7' || name === 'utf16')
      return { kind: `utf-${name.slice(3)}` as 'utf-8' };
    if (/^utf16[bl]e$/.test(name)) return { kind: 'utf-16' };
    if (name === 'windows1252') return { kind: 'windows-1252' };
    if (name === 'hz') return { kind: 'hz' };
    const language = /^iso2022(jp|kr|cn)/.exec(name)?.[1] as keyof typeof EIGHT_BIT | undefined;
    if (language) return { kind: 'iso-2022', eightBit: EIGHT_BIT[language] };
    if (name && iconv.encodingExists(name) && !NOT_TEXT.test(name))
      return { kind: 'table', name, asian: ASIAN.test(name) };
  }
  return undefined;
}

/** Names that iconv-lite accepts but that are not charsets of mail. */
const NOT_TEXT = /^(base64|hex|binary|utf7imap|ucs4|ascii8bit|internal)/;

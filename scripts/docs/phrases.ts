/** More forms of one phrase than these are shown as the first of them. */
const MOST = 6;

/**
 * Phrases that a pattern matches, for readers who do not read patterns: one for each of its alternatives, and for each form
 * that one of them may take. What may be left out is there. Knows what the patterns of mail/account/login-errors/ use.
 *
 * @throws {Error} for anything else
 */
export function phrases({ source }: RegExp): string[] {
  const { forms, at } = alternatives(source, 0);
  if (at < source.length) throw new Error(`No phrase for ${source}`);
  return [...new Set(forms.map((form) => form.replace(/\s+/g, ' ').trim()))];
}

interface Read {
  forms: string[];
  /** Where the pattern goes on. */
  at: number;
}

/** Reads up to the end of the group. */
function alternatives(source: string, from: number): Read {
  const forms: string[] = [];
  let at = from;
  for (;;) {
    const one = sequence(source, at);
    forms.push(...(one.forms.length > MOST ? one.forms.slice(0, 1) : one.forms));
    at = one.at;
    if (source[at] !== '|') return { forms, at };
    at++;
  }
}

function sequence(source: string, from: number): Read {
  let forms = [''];
  let at = from;
  while (at < source.length && source[at] !== '|' && source[at] !== ')') {
    const atom = oneAtom(source, at);
    const [quantifier = ''] = /^(?:[?*+]|\{\d+,\d+\})/.exec(source.slice(atom.at)) ?? [];
    // One of what may be there several times, or not at all.
    const parts = quantifier === '?' || quantifier === '*' ? atom.forms.slice(0, 1) : atom.forms;
    forms = forms.flatMap((form) => parts.map((part) => form + part));
    at = atom.at + quantifier.length;
  }
  return { forms, at };
}

function oneAtom(source: string, at: number): Read {
  const rest = source.slice(at);
  const [nothing] = /^(?:\^|\\b|\(\?![^)]*\))/.exec(rest) ?? [];
  if (nothing) return { forms: [''], at: at + nothing.length };
  const [unknown] = /^(?:(?:\\d)+|\[\^[^\]]*\])/.exec(rest) ?? [];
  if (unknown) return { forms: [unknown.startsWith('[') ? ' … ' : '…'], at: at + unknown.length };
  const [whole, characters] = /^\[([^\]]+)\]/.exec(rest) ?? [];
  if (whole && characters) {
    return { forms: [characters.includes(' ') ? ' ' : characters[0]!], at: at + whole.length };
  }
  if (rest.startsWith('(')) {
    const group = alternatives(source, at + 1);
    return { forms: group.forms, at: group.at + 1 };
  }
  const escaped = rest.startsWith('\\');
  return { forms: [rest.charAt(escaped ? 1 : 0)], at: at + (escaped ? 2 : 1) };
}

/** Comments may appear anywhere and may be nested (RFC 5322 section 3.2.2). */
export function withoutComments(text: string): string {
  if (!text.includes('(')) return text;
  let depth = 0;
  let plain = '';
  for (const letter of text) {
    if (letter === '(') depth += 1;
    else if (letter === ')' && depth > 0) depth -= 1;
    else if (depth === 0) plain += letter;
  }
  return plain;
}

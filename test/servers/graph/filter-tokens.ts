import { badRequest } from './errors';

interface Token {
  kind: 'string' | 'date' | 'number' | 'word' | 'sign' | 'end';
  text: string;
  at: number;
}

const KINDS: ReadonlyArray<[Token['kind'], RegExp]> = [
  ['string', /'(?:[^']|'')*'/y],
  ['date', /\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?/y],
  ['number', /-?\d+(?:\.\d+)?/y],
  ['word', /[A-Za-z_][\w.]*(?:\/[A-Za-z_][\w.]*)*/y],
  ['sign', /[(),:]/y],
];

/** The words of a filter, one after the other. */
export class FilterTokens {
  private readonly tokens: Token[] = [];
  private position = 0;

  constructor(private readonly text: string) {
    let at = 0;
    for (;;) {
      at += /^\s*/.exec(text.slice(at))![0].length;
      if (at === text.length) break;
      const token = tokenAt(text, at);
      if (!token) throw this.error({ kind: 'sign', text: text.charAt(at), at });
      this.tokens.push(token);
      at += token.text.length;
    }
  }

  /** Passes the word, if it is the next. */
  take(word: string): boolean {
    const { kind, text } = this.peek();
    if (text !== word || kind === 'string') return false;
    this.position += 1;
    return true;
  }

  takeCall(name: string): boolean {
    if (this.peek().text !== name || this.tokens[this.position + 1]?.text !== '(') return false;
    this.position += 2;
    return true;
  }

  expect(sign: string): void {
    if (!this.take(sign)) throw this.error(this.peek());
  }

  word(): string {
    const token = this.next();
    if (token.kind === 'word') return token.text;
    throw this.error(token);
  }

  next(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  end(): void {
    if (this.position < this.tokens.length) throw this.error(this.peek());
  }

  error({ text, at }: Token) {
    return badRequest(`Invalid filter clause: Syntax error at '${text}', position ${at} in '${this.text}'.`);
  }

  private peek(): Token {
    return this.tokens[this.position] ?? { kind: 'end', text: '', at: this.text.length };
  }
}

function tokenAt(text: string, at: number): Token | undefined {
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return { kind, text: found[0], at };
  }
  return undefined;
}

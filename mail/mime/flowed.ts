import { TextPieces } from './text-pieces';

/**
 * Joins the lines of a format=flowed text (RFC 3676 sections 4.1 to 4.5). Quote marks stay, followed by a space.
 *
 * @param text with LF line ends
 * @param deletesSpace whether to delete the space that marks a soft line break (DelSp)
 */
export function unflow(text: string, deletesSpace: boolean): string {
  const paragraphs = new Paragraphs();
  let depth = 0;
  for (const line of linesOf(text)) {
    let marks = 0;
    while (line[marks] === '>') marks++;
    const stuffed = line.slice(marks);
    const content = stuffed.startsWith(' ') ? stuffed.slice(1) : stuffed;
    // A signature separator also ends with a space, but does not continue.
    const isSignature = content === '-- ';
    if (marks !== depth || isSignature) paragraphs.end();
    depth = marks;
    const isBroken = content.endsWith(' ') && !isSignature;
    paragraphs.add(isBroken && deletesSpace ? content.slice(0, -1) : content, depth);
    if (!isBroken) paragraphs.end();
  }
  return paragraphs.text;
}

/** One after the other: a list of all of them would take many times the memory of the text. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf('\n', start);
    yield text.slice(start, end < 0 ? undefined : end);
    start = end < 0 ? text.length + 1 : end + 1;
  }
}

/** Each becomes one line, which begins with its quote marks. */
class Paragraphs {
  private readonly pieces = new TextPieces();
  private isFirst = true;
  private isOpen = false;
  private isBare = false;

  add(content: string, depth: number): void {
    if (!this.isOpen) {
      this.pieces.push(`${this.isFirst ? '' : '\n'}${'>'.repeat(depth)}`);
      this.isFirst = false;
      this.isOpen = true;
      this.isBare = depth > 0;
    }
    if (content === '') return;
    this.pieces.push(this.isBare ? ` ${content}` : content);
    this.isBare = false;
  }

  end(): void {
    this.isOpen = false;
  }

  get text(): string {
    return this.pieces.text;
  }
}

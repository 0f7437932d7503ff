/**
 * A text whose lines were broken to be put together again (RFC 3676 sections 4.1 to 4.5). Quotation marks stay, with a
 * space behind them.
 *
 * @param text with line feeds alone
 * @param deletesSpace whether the space that marks a break is no part of the text (DelSp)
 */
export function unflow(text: string, deletesSpace: boolean): string {
  const lines: string[] = [];
  let paragraph: string[] = [];
  let depth = 0;
  const close = () => {
    if (paragraph.length > 0) lines.push(quoted(paragraph.join(''), depth));
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    const marks = /^>*/.exec(line)![0].length;
    const stuffed = line.slice(marks);
    const content = stuffed.startsWith(' ') ? stuffed.slice(1) : stuffed;
    // A signature's line ends with a space, too, and is none that goes on.
    const isSignature = content === '-- ';
    if (marks !== depth || isSignature) close();
    depth = marks;
    const isBroken = content.endsWith(' ') && !isSignature;
    paragraph.push(isBroken && deletesSpace ? content.slice(0, -1) : content);
    if (!isBroken) close();
  }
  close();
  return lines.join('\n');
}

const quoted = (text: string, depth: number): string =>
  depth === 0 ? text : `${'>'.repeat(depth)}${text ? ` ${text}` : ''}`;

/**
 * Joins the lines of a format=flowed text (RFC 3676 sections 4.1 to 4.5). Quote marks stay, followed by a space.
 *
 * @param text with LF line ends
 * @param deletesSpace whether to delete the space that marks a soft line break (DelSp)
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
    // A signature separator also ends with a space, but does not continue.
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

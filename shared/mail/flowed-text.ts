/**
 * The paragraphs of a text in `format=flowed` (RFC 3676): lines that end in a space go on in the next one of the same
 * quote depth; with `deleteSpace` (DelSp) that space goes. Signature separators, quote marks and empty lines stay.
 */
export function unflow(text: string, deleteSpace: boolean): string {
  const paragraphs: string[] = [];
  let paragraph = '';
  let depth = -1;
  for (const line of text.split('\n')) {
    const quotes = /^>*/.exec(line)?.[0].length ?? 0;
    const unquoted = line.slice(quotes);
    const isStuffed = unquoted.startsWith(' ');
    const content = isStuffed ? unquoted.slice(1) : unquoted;
    const isSeparator = content === '-- ';
    if (depth >= 0 && (quotes !== depth || isSeparator || content === '')) {
      paragraphs.push(paragraph);
      depth = -1;
    }
    if (depth < 0) paragraph = quotes > 0 && isStuffed ? `${'>'.repeat(quotes)} ` : '>'.repeat(quotes);
    const flows = content.endsWith(' ') && !isSeparator;
    paragraph += flows && deleteSpace ? content.slice(0, -1) : content;
    depth = flows ? quotes : -1;
    if (!flows) paragraphs.push(paragraph);
  }
  if (depth >= 0) paragraphs.push(paragraph);
  return paragraphs.join('\n');
}

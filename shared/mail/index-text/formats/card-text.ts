/** Of one value. Pictures and keys are longer, and no text. */
const MAX_DATA_VALUE = 200;
const ESCAPED = /\\([\\;,:nN])/g;

/**
 * The text of calendars and address cards (RFC 5545, RFC 6350): lines unfolded, escapes undone, pictures left out.
 * Also of their older forms, whose values are in quoted-printable (vCard 2.1). Lines end in LF.
 */
export function cardText(source: string): string {
  return unfolded(source).flatMap(textOfLine).join('\n');
}

function unfolded(source: string): string[] {
  const lines: string[][] = [];
  let isQuoted = false;
  let previous = '';
  for (const line of source.split('\n')) {
    const last = lines.at(-1);
    if (last && isQuoted && previous.endsWith('=')) {
      last.push(last.pop()?.slice(0, -1) ?? '', line);
    } else if (last && (line.startsWith(' ') || line.startsWith('\t'))) last.push(line.slice(1));
    else {
      lines.push([line]);
      isQuoted = isQuotedPrintable(line.slice(0, line.indexOf(':')));
    }
    previous = line;
  }
  return lines.map((pieces) => pieces.join(''));
}

function isQuotedPrintable(name: string): boolean {
  return /QUOTED-PRINTABLE/i.test(name);
}

function textOfLine(line: string): string[] {
  const colon = line.indexOf(':');
  if (colon < 0) return [line];
  const name = line.slice(0, colon);
  const value = line.slice(colon + 1);
  if (/;ENCODING=(b|base64)\b/i.test(name) || (/^data:/i.test(value) && value.length > MAX_DATA_VALUE)) return [];
  const decoded = isQuotedPrintable(name) ? unquoted(value) : value;
  return [`${name}: ${decoded.replace(ESCAPED, (_, char: string) => (/n/i.test(char) ? '\n' : char))}`];
}

function unquoted(value: string): string {
  const bytes = value.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Content-Transfer-Encoding (RFC 2045, 6). */
export type TransferEncoding = '7bit' | '8bit' | 'base64' | 'quoted-printable';

const BASE64_LINE = 76;
/** A quoted-printable line has at most 76 characters, the soft break among them. */
const QUOTED_LINE = 75;

/** `bytes` (lines ending in CRLF where they are text) as `encoding` puts them on the wire. */
export function transferEncode(bytes: Uint8Array, encoding: TransferEncoding): Buffer {
  if (encoding === 'base64') return Buffer.from(base64Lines(bytes), 'latin1');
  if (encoding === 'quoted-printable') return Buffer.from(quotedPrintable(bytes), 'latin1');
  return Buffer.from(bytes);
}

function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64');
  const lines = text.match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? [];
  return lines.map((line) => `${line}\r\n`).join('');
}

function quotedPrintable(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1').split('\r\n').map(quotedLine).join('\r\n');
}

function quotedLine(line: string): string {
  let quoted = '';
  let column = 0;
  for (const [index, character] of [...line].entries()) {
    const atEnd = index === line.length - 1;
    const plain = /[!-<>-~]/.test(character) || ((character === ' ' || character === '\t') && !atEnd);
    const token = plain ? character : `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
    if (column + token.length > QUOTED_LINE) {
      quoted += '=\r\n';
      column = 0;
    }
    quoted += token;
    column += token.length;
  }
  return quoted;
}

import iconv from 'iconv-lite';

const ESCAPE = 0x1b;
/** ISO-2022-JP (RFC 1468): to JIS X 0208 and back to ASCII. */
const TO_JIS = [ESCAPE, 0x24, 0x42];
const TO_ASCII = [ESCAPE, 0x28, 0x42];

/** `text` in `charset`, or `undefined` where it has characters that the charset has not. */
export function charsetBytes(text: string, charset: string): Buffer | undefined {
  if (charset === 'iso-2022-jp') return iso2022jp(text);
  const bytes = iconv.encode(text, charset);
  return iconv.decode(bytes, charset) === text ? bytes : undefined;
}

/** EUC-JP without its high bits, between escape sequences; a line ends in ASCII. */
function iso2022jp(text: string): Buffer | undefined {
  const euc = charsetBytes(text, 'euc-jp');
  // 0x8E and 0x8F lead to half-width katakana and JIS X 0212, which ISO-2022-JP has not.
  if (euc === undefined || euc.some((byte) => byte === 0x8e || byte === 0x8f)) return undefined;
  const bytes: number[] = [];
  let inJis = false;
  for (const byte of euc) {
    const isJis = byte >= 0x80;
    if (isJis !== inJis) bytes.push(...(isJis ? TO_JIS : TO_ASCII));
    bytes.push(byte & 0x7f);
    inJis = isJis;
  }
  if (inJis) bytes.push(...TO_ASCII);
  return Buffer.from(bytes);
}

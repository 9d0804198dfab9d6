/**
 * A mailbox name out of modified UTF-7 (RFC 3501, 5.1.3). Servers that send names in UTF-8, or an ampersand that begins
 * nothing, are met in practice: what cannot be decoded stays as it is.
 */
export function decodeModifiedUtf7(name: string): string {
  return name.replace(/&([A-Za-z0-9+,]*)-/g, (whole, text: string) => {
    if (text === '') return '&';
    const bytes = Buffer.from(text.replaceAll(',', '/'), 'base64');
    if (bytes.length % 2 !== 0 || bytes.length === 0) return whole;
    return bytes.swap16().toString('utf16le');
  });
}

import { decodeBase64 } from './base64.ts';
import type { Decoded } from './decoded.ts';
import { decodeQuotedPrintable } from './quoted-printable.ts';
import { decodeUuencode } from './uuencode.ts';

/** How the content of a part is encoded for transport (RFC 2045, 6); `unknown` content is taken as it is. */
export type TransferEncoding = 'identity' | 'base64' | 'quoted-printable' | 'uuencode' | 'unknown';

const ENCODINGS = new Map<string, TransferEncoding>([
  ['7bit', 'identity'],
  ['8bit', 'identity'],
  ['binary', 'identity'],
  ['base64', 'base64'],
  ['quoted-printable', 'quoted-printable'],
  ['x-uuencode', 'uuencode'],
  ['x-uue', 'uuencode'],
  ['uuencode', 'uuencode'],
]);

/** Reads the token of a Content-Transfer-Encoding field, in lower case and without comments. */
export function transferEncodingOf(token: string): TransferEncoding {
  return ENCODINGS.get(token) ?? 'unknown';
}

/** The content of a part without its transfer encoding; identity encodings share the memory of `encoded`. */
export function decodeTransferEncoding(encoded: Buffer, encoding: TransferEncoding): Decoded {
  switch (encoding) {
    case 'base64':
      return decodeBase64(encoded);
    case 'quoted-printable':
      return decodeQuotedPrintable(encoded);
    case 'uuencode':
      return decodeUuencode(encoded);
    case 'unknown':
      return { content: encoded, anomaly: 'unknown_transfer_encoding' };
    case 'identity':
      return { content: encoded };
  }
}

import { charsetBytes } from './charset-bytes.ts';
import { filenameParameter, isAscii } from './header-field.ts';
import { type TransferEncoding, transferEncode } from './transfer-encoding.ts';

/** A MIME entity (RFC 2045, 2.4): its header fields and its body as it stands on the wire. */
export interface MimePart {
  /** `Name: value`, without line ends around them. */
  readonly fields: readonly string[];
  readonly body: Buffer;
}

/** A file that goes with a message. */
export interface AttachedFile {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Uint8Array;
  /** For an image that the HTML shows. */
  readonly contentId?: string;
}

/** Text in `charset`, or in UTF-8 where it has characters that the charset has not. */
export function textPart(
  text: string,
  subtype: 'plain' | 'html',
  charset: string,
  encoding: TransferEncoding,
): MimePart {
  const wire = text.replace(/\n/g, '\r\n');
  const inCharset = charsetBytes(wire, charset);
  const bytes = inCharset ?? Buffer.from(wire);
  const name = inCharset === undefined ? 'utf-8' : isAscii(text) ? 'us-ascii' : charset;
  const is7bit = bytes.every((byte) => byte < 0x80);
  const chosen = is7bit ? '7bit' : encoding;
  return {
    fields: [`Content-Type: text/${subtype}; charset=${name}`, `Content-Transfer-Encoding: ${chosen}`],
    body: transferEncode(bytes, chosen),
  };
}

/** A file in base64, to be saved or (with a content id) shown in place. */
export function filePart(file: AttachedFile): MimePart {
  const disposition = file.contentId === undefined ? 'attachment' : 'inline';
  return {
    fields: [
      `Content-Type: ${file.contentType};\r\n ${filenameParameter('name', file.filename)}`,
      `Content-Disposition: ${disposition};\r\n ${filenameParameter('filename', file.filename)}`,
      ...(file.contentId === undefined ? [] : [`Content-ID: <${file.contentId}>`]),
      'Content-Transfer-Encoding: base64',
    ],
    body: transferEncode(file.content, 'base64'),
  };
}

/** A whole message inside another (RFC 2046, 5.2.1). */
export function messagePart(message: Uint8Array, filename: string): MimePart {
  const is7bit = message.every((byte) => byte < 0x80);
  return {
    fields: [
      'Content-Type: message/rfc822',
      `Content-Disposition: attachment;\r\n ${filenameParameter('filename', filename)}`,
      `Content-Transfer-Encoding: ${is7bit ? '7bit' : '8bit'}`,
    ],
    body: Buffer.from(message),
  };
}

/** Several parts as one; `boundary` must stand in none of them. `parameters` follow the type, each with its `;`. */
export function multipart(subtype: string, boundary: string, parts: readonly MimePart[], parameters = ''): MimePart {
  const pieces = parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), partBytes(part), Buffer.from('\r\n')]);
  const is7bit = pieces.every((piece) => piece.every((byte) => byte < 0x80));
  return {
    fields: [
      `Content-Type: multipart/${subtype};${parameters}\r\n boundary="${boundary}"`,
      ...(is7bit ? [] : ['Content-Transfer-Encoding: 8bit']),
    ],
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** The entity with its header section. */
export function partBytes({ fields, body }: MimePart): Buffer {
  return Buffer.concat([Buffer.from(`${fields.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

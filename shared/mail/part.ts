import type { HeaderSection } from './header-section.ts';
import type { ParameterisedValue } from './parameters.ts';
import type { TransferEncoding } from './transfer-encoding.ts';

/**
 * A node of the MIME tree (RFC 2045, 2.4): a message, or a part of a multipart. Offsets are into
 * `section.source`, which is the message itself or, within an encoded nested message, its decoded content.
 */
export interface Part {
  readonly kind: 'multipart' | 'nested-message' | 'leaf';
  /** Where the header section begins: behind the delimiter line. */
  readonly start: number;
  readonly section: HeaderSection;
  /** Where the body ends; the line end before a delimiter belongs to the delimiter (RFC 2046, 5.1.1). */
  readonly bodyEnd: number;
  readonly contentType: ParameterisedValue;
  /** `type/subtype`, lower case; `text/plain` where the field is missing or cannot be read. */
  readonly type: string;
  readonly disposition: ParameterisedValue | undefined;
  readonly encoding: TransferEncoding;
  /** Of a multipart its parts, of a nested message the one message in it. */
  readonly children: readonly Part[];
}

/** The body of a part as it stands in the message, transfer encoding and all. */
export function encodedBody(part: Part): Buffer {
  return part.section.source.subarray(part.section.bodyStart, part.bodyEnd);
}

/** An element of BER (ITU-T X.690): its content begins at `start`; `end` is -1 where its length is indefinite. */
interface Element {
  readonly tag: number;
  readonly isConstructed: boolean;
  readonly start: number;
  readonly end: number;
}

/** Of elements in elements. Stops nesting that is skipped level by level. */
const MAX_NESTING = 50;
const OBJECT_IDENTIFIER = 0x06;
const OCTET_STRING = 0x04;
const CONSTRUCTED = 0x20;
const CONTEXT_0 = 0xa0;
const END_OF_CONTENTS = 0x00;
/** 1.2.840.113549.1.7.2 */
const SIGNED_DATA = Buffer.from('2a864886f70d010702', 'hex');

/**
 * The content of a CMS SignedData (RFC 5652, 5.1; also of PKCS #7), in BER or DER; `undefined` where it is something
 * else, as enveloped data, or holds no content. The signature is not looked at. Linear; never throws.
 */
export function signedContent(cms: Buffer): Buffer | undefined {
  const reader = new BerReader(cms);
  reader.enter();
  if (!reader.primitive(OBJECT_IDENTIFIER)?.equals(SIGNED_DATA)) return undefined;
  if (reader.enter()?.tag !== CONTEXT_0) return undefined;
  reader.enter();
  reader.skip(); // version
  reader.skip(); // digestAlgorithms
  reader.enter(); // encapContentInfo
  if (!reader.primitive(OBJECT_IDENTIFIER)) return undefined;
  if (reader.enter()?.tag !== CONTEXT_0) return undefined;
  return reader.octets();
}

/** Moves over BER from front to back; behind the end there are no elements. */
class BerReader {
  readonly #source: Buffer;
  #position = 0;

  constructor(source: Buffer) {
    this.#source = source;
  }

  /** Moves into the next element, which it answers. */
  enter(): Element | undefined {
    const element = this.#header();
    if (element) this.#position = element.start;
    return element;
  }

  /** Moves over the next element, with all in it. */
  skip(): void {
    this.#walk(() => {});
  }

  /** The content of the next element, if it is a primitive one with that tag. */
  primitive(tag: number): Buffer | undefined {
    const element = this.#header();
    if (element?.tag !== tag || element.end < 0) return undefined;
    this.#position = element.end;
    return this.#source.subarray(element.start, element.end);
  }

  /** The content of the next element, an octet string in one piece or many. */
  octets(): Buffer | undefined {
    const element = this.#header();
    if (element === undefined || (element.tag & ~CONSTRUCTED) !== OCTET_STRING) return undefined;
    if (!element.isConstructed) return this.primitive(OCTET_STRING);
    const content = Buffer.allocUnsafe((element.end < 0 ? this.#source.length : element.end) - element.start);
    let length = 0;
    this.#walk((piece) => {
      if (piece.tag === OCTET_STRING) length += this.#source.copy(content, length, piece.start, piece.end);
    });
    return content.subarray(0, length);
  }

  /** Moves over the next element; `see` gets each primitive one in it. */
  #walk(see: (primitive: Element) => void): void {
    const ends: number[] = [];
    do {
      const element = this.#header();
      if (element === undefined) {
        this.#position = this.#source.length;
        return;
      }
      this.#position = element.start;
      if (element.tag === END_OF_CONTENTS) ends.pop();
      else if (element.isConstructed && ends.length < MAX_NESTING) ends.push(element.end);
      else {
        see(element);
        this.#position = Math.max(element.start, element.end);
      }
      for (let end = ends.at(-1); end !== undefined && end >= 0 && this.#position >= end; end = ends.at(-1)) ends.pop();
    } while (ends.length > 0);
  }

  #header(): Element | undefined {
    const source = this.#source;
    const tag = source[this.#position];
    const length = source[this.#position + 1];
    // Tags of several bytes do not occur in CMS.
    if (tag === undefined || length === undefined || (tag & 0x1f) === 0x1f) return undefined;
    const start = this.#position + 2;
    const isConstructed = (tag & CONSTRUCTED) !== 0;
    if (length === 0x80) return isConstructed ? { tag, isConstructed, start, end: -1 } : undefined;
    if (length < 0x80) return { tag, isConstructed, start, end: Math.min(source.length, start + length) };
    const bytes = length & 0x7f;
    if (bytes > 6 || start + bytes > source.length) return undefined;
    const contentStart = start + bytes;
    const end = Math.min(source.length, contentStart + source.readUIntBE(start, bytes));
    return { tag, isConstructed, start: contentStart, end };
  }
}

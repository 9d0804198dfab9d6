import { domainOf, normaliseAddress, withoutDetail } from '../domain/address.ts';
import { decodeQuotedPrintable } from './quoted-printable.ts';

/** Some of the bytes of something; the piece behind it begins with its last `PIECE_OVERLAP_BYTES`. */
export interface BytePiece {
  readonly bytes: Buffer;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** No address is longer, however it is encoded. */
export const PIECE_OVERLAP_BYTES = 8_192;

const AT = 0x40;
const EQUALS = 0x3d;
const QUOTATION_MARK = 0x22;
const DOT = 0x2e;
const HYPHEN = 0x2d;
/** In UTF-8, of addresses of 320 characters, with a sub-address: what is longer is none that anybody looks for. */
const LONGEST_HALF_BYTES = 1_024;
/** The base64 of six bytes: what is shorter has no address in it. */
const SHORTEST_RUN = 8;
const BASE64_RUN = /[A-Za-z0-9+/]+(?:[ \t]*\r?\n[A-Za-z0-9+/]+)*/g;
/** What joins words to one address; other characters that a local part may have also stand before addresses in texts. */
const JOINING = /[A-Za-z0-9._+-]/;
const JOINS = bytesThat((character) => JOINING.test(character));
/** RFC 5321, 4.1.2: atext and dots; beyond ASCII by RFC 6531. */
const IN_LOCAL_PART = bytesThat((character) => /[^\s\p{Cc}<>()[\]\\,;:"@]/u.test(character) || character > '\x7f');
const IN_DOMAIN = bytesThat((character) => /[A-Za-z0-9.-]/.test(character));
/** Also what some names have, and some texts behind a name. */
const IN_WIDE_DOMAIN = bytesThat((character) => /[A-Za-z0-9._-]/.test(character) || character > '\x7f');

/**
 * Finds addresses in bytes of whatever form: mail that cannot be read, too. As they stand, and as what quoted-printable
 * and base64 say, be it of a body, of a piece of one, or of an encoded word; not in what is encoded twice or compressed.
 */
export class AddressFinder {
  readonly #wanted: ReadonlySet<string>;
  readonly #domains: ReadonlySet<string>;
  readonly #mostStarts: number;

  constructor(addresses: readonly string[]) {
    this.#wanted = new Set(addresses.map(normaliseAddress));
    this.#domains = new Set(addresses.map(domainOf));
    // Behind each of them an address may begin, as far as the bytes tell, the @ standing for the whole.
    const others = [...this.#wanted].map((address) => [...address].filter((one) => !JOINING.test(one)).length);
    this.#mostStarts = Math.max(1, ...others);
  }

  /**
   * Whether one of the addresses, or a sub-address of one, stands there as a whole and wholly in this piece, in upper or
   * lower case. Next to a letter or digit, or what joins such, it is part of a longer address.
   */
  isIn(piece: BytePiece): boolean {
    for (const view of viewsOf(piece)) {
      for (let at = view.bytes.indexOf(AT); at >= 0; at = view.bytes.indexOf(AT, at + 1)) {
        if (this.#isAround(view, at)) return true;
      }
    }
    return false;
  }

  #isAround(view: BytePiece, at: number): boolean {
    const domains = domainsBehind(view, at).filter((domain) => this.#domains.has(domain));
    if (domains.length === 0) return false;
    for (const localPart of localPartsBefore(view, at, this.#mostStarts)) {
      for (const domain of domains) {
        const address = normaliseAddress(`${localPart}@${domain}`);
        if (this.#wanted.has(address) || this.#wanted.has(withoutDetail(address) ?? address)) return true;
      }
    }
    return false;
  }
}

/** The bytes as they stand, and decoded, whether they are encoded like that or not. */
function* viewsOf(piece: BytePiece): Iterable<BytePiece> {
  yield piece;
  const { bytes, isFirst, isLast } = piece;
  if (bytes.includes(EQUALS)) yield { ...piece, bytes: decodeQuotedPrintable(bytes).content };
  const text = bytes.toString('latin1');
  for (const { 0: run, index } of text.matchAll(BASE64_RUN)) {
    if (run.length < SHORTEST_RUN) continue;
    const digits = run.replace(/\s+/g, '');
    const beginsHere = index > 0 || isFirst;
    const endsHere = index + run.length < text.length || isLast;
    // Where lines follow each other, or the beginning is not here, nothing says where a quantum begins.
    const shifts = beginsHere && digits.length === run.length ? [0] : [0, 1, 2, 3];
    for (const shift of shifts) {
      const decoded = Buffer.from(digits.slice(shift), 'base64');
      yield { bytes: decoded, isFirst: beginsHere && shift === 0, isLast: endsHere };
    }
  }
}

/** What may be the domain, as it is compared; none where the next piece has more of it. */
function domainsBehind({ bytes, isLast }: BytePiece, at: number): readonly string[] {
  const ends = [IN_DOMAIN, IN_WIDE_DOMAIN].map((belongs) => {
    let end = at + 1;
    while (end < bytes.length && end - at <= LONGEST_HALF_BYTES && belongs[bytes[end] ?? 0]) end += 1;
    return end;
  });
  return [...new Set(ends)]
    .filter((end) => end < bytes.length || isLast)
    .map((end) => {
      let last = end - 1;
      // Of the sentence that it stands in.
      while (bytes[last] === DOT || bytes[last] === HYPHEN) last -= 1;
      return domainOf(bytes.toString('utf8', at, last + 1));
    });
}

/** What may be the local part, the shortest first; none that the piece before has more of. */
function* localPartsBefore({ bytes, isFirst }: BytePiece, at: number, most: number): Iterable<string> {
  // RFC 5321, 4.1.2: a quoted local part that needs no quotation marks is the same without them.
  const end = bytes[at - 1] === QUOTATION_MARK ? at - 1 : at;
  let found = 0;
  for (let start = end - 1; start >= 0 && end - start <= LONGEST_HALF_BYTES && found < most; start -= 1) {
    const byte = bytes[start] ?? 0;
    if (!IN_LOCAL_PART[byte]) return;
    // Within a character of UTF-8, or a word.
    if ((byte & 0xc0) === 0x80 || (start === 0 ? !isFirst : JOINS[bytes[start - 1] ?? 0])) continue;
    found += 1;
    yield bytes.toString('utf8', start, end);
  }
}

function bytesThat(belong: (character: string) => boolean): readonly boolean[] {
  return Array.from({ length: 256 }, (_, byte) => belong(String.fromCharCode(byte)));
}

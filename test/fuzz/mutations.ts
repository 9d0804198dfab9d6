import fc from 'fast-check';
import { nestings } from './nestings.ts';
import { TOKENS } from './tokens.ts';

/** A change of a mail; `donor` is another mail that pieces are taken from. What it gets, it leaves as it is. */
type Mutation = (mail: Buffer, donor: Buffer) => Buffer;

/** Of a mutated mail: nesting and copying do not go on beyond. */
const MAX_MUTATED_BYTES = 200_000;
const MAX_PIECE_BYTES = 4_000;

const CHARSETS = ['utf-8', 'utf-16le', 'utf-7', 'iso-2022-jp', 'gb18030', 'koi8-r', 'x-unknown', '8bit', '', '"', '*0'];
const ENCODINGS = ['base64', 'quoted-printable', '8bit', 'binary', 'x-uuencode', 'x-yenc', '', 'base64, base64'];

/** A place in a mail: 0 is its start, 1 its end. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const length = fc.oneof({ weight: 4, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(MAX_PIECE_BYTES) });
const number = fc.nat(1_000);

const flippedBits = fc.array(fc.tuple(place, fc.nat(7)), { minLength: 1, maxLength: 20 }).map(
  (bits): Mutation =>
    (mail) => {
      const flipped = Buffer.from(mail);
      for (const [at, bit] of bits) {
        const offset = Math.min(offsetIn(mail, at), mail.length - 1);
        if (offset >= 0) flipped[offset] = (flipped[offset] ?? 0) ^ (1 << bit);
      }
      return flipped;
    },
);

const replacedSlice = fc.tuple(place, length, fc.constantFrom(...TOKENS)).map(
  ([at, removed, token]): Mutation =>
    (mail) =>
      spliced(mail, offsetIn(mail, at), removed, token),
);

const duplicatedSlice = fc.tuple(place, length, place, fc.integer({ min: 1, max: 40 })).map(
  ([from, size, to, times]): Mutation =>
    (mail) => {
      const piece = mail.subarray(offsetIn(mail, from), offsetIn(mail, from) + size);
      return spliced(mail, offsetIn(mail, to), 0, Buffer.concat(Array.from({ length: times }, () => piece)));
    },
);

const swappedSlices = fc.tuple(place, place, length).map(
  ([one, other, size]): Mutation =>
    (mail) => {
      const [first, second] = [offsetIn(mail, Math.min(one, other)), offsetIn(mail, Math.max(one, other))];
      const end = Math.min(first + size, second);
      const pieces = [
        [0, first],
        [second, second + size],
        [end, second],
        [first, end],
        [second + size, mail.length],
      ];
      return Buffer.concat(pieces.map(([from = 0, to = 0]) => mail.subarray(from, to)));
    },
);

const splicedDonorSlice = fc.tuple(place, place, length).map(
  ([at, from, size]): Mutation =>
    (mail, donor) => {
      const start = offsetIn(donor, from);
      return spliced(mail, offsetIn(mail, at), 0, donor.subarray(start, start + size));
    },
);

/** A header field of the donor in front of a line of the mail. */
const splicedField = fc.tuple(number, number).map(
  ([from, to]): Mutation =>
    (mail, donor) => {
      const fields =
        text(donor)
          .slice(0, 16_000)
          .match(/^[!-9;-~]+:.*(?:\r?\n[ \t].*)*\r?\n/gm) ?? [];
      const field = fields[from % Math.max(1, fields.length)] ?? '';
      return spliced(mail, lineStart(mail, to), 0, Buffer.from(field, 'latin1'));
    },
);

/** A delimiter of the donor, or one of the mail itself, in front of a line of the mail. */
const splicedDelimiter = fc.tuple(number, number, fc.boolean(), fc.constantFrom('', '--', ' ', '-', 'x')).map(
  ([from, to, isOwn, end]): Mutation =>
    (mail, donor) => {
      const boundaries = boundariesIn(isOwn ? mail : donor);
      const delimiter = `--${boundaries[from % Math.max(1, boundaries.length)] ?? 'mix'}${end}\r\n`;
      return spliced(mail, lineStart(mail, to), 0, Buffer.from(delimiter, 'latin1'));
    },
);

/** The boundaries of the donor in place of the mail's. */
const swappedBoundaries = fc.constant<Mutation>((mail, donor) => {
  const theirs = boundariesIn(donor);
  let changed = text(mail);
  for (const [index, boundary] of boundariesIn(mail).slice(0, 5).entries()) {
    changed = changed.split(boundary).join(theirs[index] ?? 'mix');
  }
  return Buffer.from(changed, 'latin1');
});

const truncated = place.map(
  (at): Mutation =>
    (mail) =>
      mail.subarray(0, offsetIn(mail, at)),
);

const otherLineEnds = fc.constantFrom('\r\n', '\n', '\r', '\n\r', '\r\r\n', 'mixed').map(
  (end): Mutation =>
    (mail) => {
      let count = 0;
      const next = () => (end === 'mixed' ? (['\r\n', '\n', '\r'][count++ % 3] ?? '\n') : end);
      return Buffer.from(text(mail).replace(/\r\n|\n|\r/g, next), 'latin1');
    },
);

const otherLabels = fc.tuple(fc.constantFrom(...CHARSETS), fc.constantFrom(...ENCODINGS), number).map(
  ([charset, encoding, which]): Mutation =>
    (mail) => {
      let count = 0;
      const swap = (whole: string, start: string, label: string) => (count++ % 3 === which % 3 ? start + label : whole);
      const labelled = text(mail)
        .replace(/(charset\*?\d*\*?=)"?[\w.:-]*"?/gi, (whole, start: string) => swap(whole, start, charset))
        .replace(/(=\?)[\w.:-]+(?=\?[bq]\?)/gi, (whole, start: string) => swap(whole, start, charset))
        .replace(/^(content-transfer-encoding:)[^\r\n]*/gim, (whole, start: string) => swap(whole, start, encoding));
      return Buffer.from(labelled, 'latin1');
    },
);

const nested = fc.tuple(fc.constantFrom(...nestings), fc.integer({ min: 1, max: 3 })).map(
  ([nest, times]): Mutation =>
    (mail, donor) => {
      let deeper = mail;
      for (let depth = 0; depth < times && deeper.length < MAX_MUTATED_BYTES; depth += 1) deeper = nest(deeper, donor);
      return deeper;
    },
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: replacedSlice },
  { weight: 2, arbitrary: flippedBits },
  { weight: 2, arbitrary: duplicatedSlice },
  { weight: 1, arbitrary: swappedSlices },
  { weight: 2, arbitrary: splicedDonorSlice },
  { weight: 3, arbitrary: splicedField },
  { weight: 3, arbitrary: splicedDelimiter },
  { weight: 1, arbitrary: swappedBoundaries },
  { weight: 1, arbitrary: truncated },
  { weight: 1, arbitrary: otherLineEnds },
  { weight: 2, arbitrary: otherLabels },
  { weight: 2, arbitrary: nested },
);

/** Which mails are taken, and what is done to the first of them. */
interface MutationPlan {
  /** Any whole numbers: whoever has mails takes them modulo how many there are. */
  readonly mail: number;
  readonly donor: number;
  readonly mutations: readonly Mutation[];
}

export const mutationPlans: fc.Arbitrary<MutationPlan> = fc.record({
  mail: fc.nat(),
  donor: fc.nat(),
  mutations: fc.array(mutation, { minLength: 1, maxLength: 8 }),
});

/** The mail that a plan makes of two. */
export function mutatedBy({ mutations }: MutationPlan, mail: Buffer, donor: Buffer): Buffer {
  let mutated = mail;
  for (const mutate of mutations) if (mutated.length <= MAX_MUTATED_BYTES) mutated = mutate(mutated, donor);
  return Buffer.from(mutated);
}

/** Mutations of some mails at hand. */
export function mutated(mails: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const at = (index: number) => mails[index % mails.length] ?? Buffer.alloc(0);
  return mutationPlans.map((plan) => mutatedBy(plan, at(plan.mail), at(plan.donor)));
}

function offsetIn(mail: Buffer, at: number): number {
  return Math.floor(at * mail.length);
}

function spliced(mail: Buffer, offset: number, removed: number, put: Buffer): Buffer {
  return Buffer.concat([mail.subarray(0, offset), put, mail.subarray(offset + removed)]);
}

/** Every octet is one character. */
function text(mail: Buffer): string {
  return mail.toString('latin1');
}

/** Where one of the first lines begins; header sections are there. */
function lineStart(mail: Buffer, which: number): number {
  const starts = [0];
  for (let at = mail.indexOf(0x0a); at >= 0 && starts.length < 200; at = mail.indexOf(0x0a, at + 1))
    starts.push(at + 1);
  return starts[which % starts.length] ?? 0;
}

function boundariesIn(mail: Buffer): readonly string[] {
  return [...text(mail).matchAll(/boundary="?([^"\r\n;]{1,70})/gi)].map(([, boundary = '']) => boundary);
}

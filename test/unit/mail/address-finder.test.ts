import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressFinder, PIECE_OVERLAP_BYTES } from '../../../shared/mail/address-finder.ts';

const ANN = 'ann@x.test';

const finds = (bytes: string | Buffer, ...addresses: string[]) =>
  new AddressFinder(addresses.length > 0 ? addresses : [ANN]).isIn({
    bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
    isFirst: true,
    isLast: true,
  });

const base64 = (text: string) => Buffer.from(text).toString('base64');
const inLines = (text: string) => base64(text).replace(/.{76}/g, '$&\r\n');

describe('an address in bytes', () => {
  test.each([
    ['alone', 'ann@x.test'],
    ['in upper case', 'ANN@X.Test'],
    ['in angle brackets', 'From: Ann <ann@x.test>'],
    ['in quotation marks', '"ann"@x.test'],
    ['with a sub-address', 'ann+list@x.test'],
    ['at the end of a sentence', 'write to ann@x.test.'],
    ['above a line', 'ann@x.test\r\n--'],
    ['in single quotes', "'ann@x.test'"],
    ['in JSON', '{"rcptTo":["ann@x.test"]}'],
    ['among what is no text', Buffer.concat([Buffer.of(0, 255, 200), Buffer.from(ANN), Buffer.of(0, 255)])],
    ['in a text without spaces', '联系ann@x.test联系'],
    ['behind a broken header section', ': : :\r\n\r\nann@x.test'],
    ['in quoted-printable', '=3Ca=6En=40x.te=\r\nst=3E'],
    ['in an encoded word', '=?utf-8?Q?=3Cann=40x=2Etest=3E?='],
    ['in an encoded word in base64', `=?utf-8?B?${base64('Ann <ann@x.test>')}?=`],
    ['in a body in base64', `\r\n\r\n${inLines(`${'words '.repeat(40)}ann@x.test${' words'.repeat(40)}`)}\r\n`],
    ['in base64 whose lines are no quanta', base64(`${'words '.repeat(40)}<ann@x.test> `).replace(/.{77}/g, '$&\n')],
    ['in base64 without an empty line above', `Content-Transfer-Encoding: base64\r\n${inLines(`to <ann@x.test>`)}`],
  ])('is found %s', (_where, bytes) => {
    expect(finds(bytes)).toBe(true);
  });

  test.each([
    ['of somebody whose address ends in it', 'bea.ann@x.test'],
    ['of somebody whose address ends in it, without a dot', 'joann@x.test'],
    ['of a sub-address that is called so', 'bea+ann@x.test'],
    ['in a longer domain', 'ann@x.test.evil.test'],
    ['in a domain that goes on', 'ann@x.testing'],
    ['in a domain with a hyphen', 'ann@x.test-er'],
    ['in a domain below it', 'ann@mail.x.test'],
    ['apart', 'ann @x.test'],
    ['of others in base64', base64('joann@x.test')],
    ['nowhere', ''],
  ])('is not found %s', (_where, bytes) => {
    expect(finds(bytes)).toBe(false);
  });

  test.each([
    ['with an apostrophe', "Mary <m.o'brien@x.test>", "m.o'brien@x.test"],
    ['beyond ASCII', 'JÖRG@BÜCHER.example', 'jörg@bücher.example'],
    ['beyond ASCII whose domain is an A-label', 'jörg@xn--bcher-kva.example', 'jörg@bücher.example'],
    ['in Chinese', '联系张三@例子.example', '联系张三@例子.example'],
    ['with an underscore in its domain', 'ann@a_b.test', 'ann@a_b.test'],
  ])('may be one %s', (_what, text, address) => {
    expect(finds(text, 'bob@x.test', address)).toBe(true);
  });
});

// No equals sign: what stands behind one may mean something else in quoted-printable.
const character = fc.constantFrom(...'aA.+-_<> "\'@;\r\n1é', '');
const around = fc.array(character, { maxLength: 6 }).map((characters) => characters.join(''));
const encodings = [(text: string) => text, base64, (text: string) => text.replaceAll('a', '=61')] as const;

test('an address is found if it stands there as a whole, and only then', () => {
  const isWhole = (text: string) =>
    [...text.matchAll(/ann"?@x\.test/gi)].some(({ 0: found, index }) => {
      const [before, after] = [text.slice(0, index), text.slice(index + found.length)];
      return !/[a-z0-9.+_-]$/i.test(before) && !/^[.-]*[a-z0-9]/i.test(after);
    });
  fc.assert(
    fc.property(around, around, fc.constantFrom(...encodings), (before, after, encode) => {
      const text = `${before}ann@x.test${after}`;
      expect(finds(encode(text))).toBe(isWhole(text));
    }),
    { numRuns: 1_000 },
  );
});

test('an address is found wherever pieces end, and one that a piece cuts is none', () => {
  const piece = 2 * PIECE_OVERLAP_BYTES;
  const inPieces = (bytes: Buffer) => {
    const finder = new AddressFinder([ANN]);
    for (let start = 0; ; start += piece - PIECE_OVERLAP_BYTES) {
      const isLast = start + piece >= bytes.length;
      if (finder.isIn({ bytes: bytes.subarray(start, start + piece), isFirst: start === 0, isLast })) return true;
      if (isLast) return false;
    }
  };
  const at = fc.integer({ min: 0, max: 3 * piece });
  const near = fc.integer({ min: -40, max: 40 }).map((offset) => piece + offset);
  const nearOverlap = fc.integer({ min: -40, max: 40 }).map((offset) => piece - PIECE_OVERLAP_BYTES + offset);
  fc.assert(
    fc.property(fc.oneof(at, near, nearOverlap), fc.constantFrom('', 'jo'), fc.boolean(), (offset, more, isEncoded) => {
      const text = `${' '.repeat(offset)}${more}ann@x.test${' '.repeat(3 * piece)}`;
      expect(inPieces(Buffer.from(isEncoded ? inLines(text) : text))).toBe(more === '');
    }),
  );
});

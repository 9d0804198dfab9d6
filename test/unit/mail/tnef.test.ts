import { describe, expect, test, vi } from 'vitest';
import { ByteReader } from '../../../shared/mail/tnef/byte-reader.ts';
import { isTnef, readTnef } from '../../../shared/mail/tnef/tnef.ts';
import { attribute, tnefFile, tnefStream } from './containers.ts';

const CODEPAGE = 0x69007;
const ATTACHMENT_PROPERTIES = 0x69005;
const MESSAGE_PROPERTIES = 0x69003;

function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt32LE(value, 4 * index);
  });
  return bytes;
}

const tag = (type: number, id: number) => uint32(id * 0x10000 + type);
const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
const variable = (type: number, id: number, ...values: readonly Buffer[]) =>
  Buffer.concat([
    tag(type, id),
    uint32(values.length),
    ...values.flatMap((value) => [uint32(value.length), padded(value)]),
  ]);
const properties = (...list: readonly Buffer[]) => Buffer.concat([uint32(list.length), ...list]);
const text8 = (id: number, text: string) => variable(0x1e, id, Buffer.from(`${text}\0`, 'latin1'));
const unicode = (id: number, text: string) => variable(0x1f, id, Buffer.from(`${text}\0`, 'utf16le'));

function fileWith(...list: readonly Buffer[]) {
  const attachment = attribute(2, ATTACHMENT_PROPERTIES, properties(...list));
  return readTnef(tnefStream(tnefFile('SHORT.TXT', Buffer.from('cat')), attachment)).files[0];
}

function bodyWith(...list: readonly Buffer[]) {
  const codepage = attribute(1, CODEPAGE, uint32(1251, 0));
  return readTnef(tnefStream(codepage, attribute(1, MESSAGE_PROPERTIES, properties(...list))));
}

describe('readTnef', () => {
  test('knows a stream by its signature', () => {
    expect(isTnef(tnefStream())).toBe(true);
    expect(isTnef(Buffer.from('not tnef'))).toBe(false);
    expect(isTnef(Buffer.alloc(0))).toBe(false);
  });

  test.each([
    ['the long name before the short one', [text8(0x3704, 'S.TXT'), text8(0x3707, 'long.txt')], 'long.txt'],
    ['a name in Unicode', [unicode(0x3707, 'длинное.txt')], 'длинное.txt'],
    ['the title without any property', [], 'SHORT.TXT'],
  ])('names a file: %s', (_, list, name) => expect(fileWith(...list)?.name).toBe(name));

  test.each([
    [
      'numbers of all sizes',
      [tag(2, 0x3001), uint32(1), tag(3, 1), uint32(1), tag(5, 2), uint32(1, 2), tag(0x48, 3), uint32(1, 2, 3, 4)],
    ],
    ['several values', [tag(0x1003, 1), uint32(2, 7, 8), variable(0x101f, 2, Buffer.from('ab'), Buffer.from('c'))]],
    ['several values without bytes', [tag(0x1001, 1), uint32(100_000), tag(0x1000, 2), uint32(3)]],
    ['named properties', [tag(3, 0x8001), uint32(1, 2, 3, 4, 0, 5), uint32(6)]],
    [
      'properties named in words',
      [tag(3, 0x8002), uint32(1, 2, 3, 4, 1, 6), padded(Buffer.from('ab\0\0\0\0')), uint32(6)],
    ],
  ])('reads on behind %s', (_, before) => {
    const count = before.filter((piece) => piece.length === 4).length;
    const list = Buffer.concat([uint32(count + 9), ...before, text8(0x3707, 'found.txt')]);
    const stream = tnefStream(tnefFile('SHORT.TXT', Buffer.from('cat')), attribute(2, ATTACHMENT_PROPERTIES, list));
    expect(readTnef(stream).files[0]?.name).toBe('found.txt');
  });

  test('gives the text and the HTML of a message in their charsets', () => {
    const html = variable(0x102, 0x1013, Buffer.from('<p>ü</p>'));
    const message = bodyWith(text8(0x1000, '\xcf\xf0'), html, tag(3, 0x3fde), uint32(65001));
    expect(message).toMatchObject({ text: 'Пр', html: '<p>ü</p>', compressedRtf: undefined, files: [] });
  });

  test('takes the content of an attachment from its properties, where it stands nowhere else', () => {
    const data = variable(0x102, 0x3701, Buffer.from('dog'));
    const attachment = attribute(2, ATTACHMENT_PROPERTIES, properties(text8(0x3707, 'a.txt'), data));
    expect(readTnef(tnefStream(attachment)).files).toMatchObject([{ name: 'a.txt', content: Buffer.from('dog') }]);
  });

  test('takes no step for values that take no byte', () => {
    const step = vi.spyOn(ByteReader.prototype, 'bytes');
    bodyWith(...Array.from({ length: 100 }, () => Buffer.concat([tag(0x1001, 1), uint32(100_000)])));
    expect(step.mock.calls.length).toBeLessThan(1_000);
    step.mockRestore();
  });

  test('ends at what cannot be an attribute', () => {
    const stream = tnefStream(tnefFile('A', Buffer.from('x')), Buffer.from('garbage'), tnefFile('B', Buffer.from('y')));
    expect(readTnef(stream).files).toHaveLength(1);
  });

  test('reads every beginning of a stream without a throw', () => {
    const attachment = attribute(2, ATTACHMENT_PROPERTIES, properties(unicode(0x3707, 'long'), text8(0x370e, 'a/b')));
    const stream = tnefStream(tnefFile('SHORT.TXT', Buffer.from('cat')), attachment);
    for (let length = 0; length < stream.length; length++) readTnef(stream.subarray(0, length));
    expect(readTnef(stream).files).toMatchObject([{ name: 'long', mimeTag: 'a/b', isMessage: false }]);
  });
});

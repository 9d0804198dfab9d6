import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { htmlText } from '../../../../shared/mail/index-text/html-text.ts';
import { readForIndex } from '../../../../shared/mail/index-text/read-for-index.ts';
import { viewOriginal } from '../../../../shared/mail/view-original.ts';
import { signedEntity, tnefFile, tnefStream, winmail } from '../containers.ts';
import { message, multipart, utf8 } from '../message.ts';

const read = (bytes: Buffer, headers: readonly string[] = []) => readForIndex(bytes, headers);
const body = (...parts: readonly string[]) =>
  read(message({ 'Content-Type': 'multipart/alternative; boundary=b' }, multipart('b', ...parts))).text;
const plain = (text: string) => `Content-Type: text/plain; charset=utf-8\r\n\r\n${utf8(text)}`;
const html = (text: string) => `Content-Type: text/html; charset=utf-8\r\n\r\n${utf8(text)}`;

describe('the text of a body', () => {
  test('is not doubled where the HTML says the same', () => {
    expect(body(plain('Hello Ann,\r\nthe plan!'), html('<b>Hello</b> Ann,<br>The Plan'))).toBe('Hello Ann,\nthe plan!');
  });

  test('has the lines of the HTML with a word that the plain text lacks', () => {
    const text = body(plain('See the HTML.'), html('<p>See the</p><p>Invoice 4711</p><p>HTML</p>'));
    expect(text).toBe('See the HTML.\nInvoice 4711');
  });

  test('compares languages without spaces by pairs of letters', () => {
    expect(body(plain('今日は良い天気です'), html('<p>良い天気</p>'))).toBe('今日は良い天気です');
    expect(body(plain('今日は良い'), html('<p>今日は良い天気</p>'))).toContain('良い天気');
  });

  test('is that of the HTML where there is no other', () => {
    expect(read(message({ 'Content-Type': 'text/html' }, '<p>one</p><p>one</p>')).text).toBe('one\none');
  });

  test('has the body in winmail.dat as well as the one beside it', () => {
    const stream = tnefStream(
      Buffer.concat([Buffer.from([1, 0x0c, 0x80, 2, 0, 7, 0, 0, 0]), Buffer.from('secret\0'), Buffer.of(0, 0)]),
    );
    const parts = multipart('b', plain('beside'), winmail(stream));
    const { text } = read(message({ 'Content-Type': 'multipart/mixed; boundary=b' }, parts));
    expect(text.split('\n')).toEqual(['beside', 'secret']);
  });
});

describe('a header section', () => {
  test('gives people with decoded names, each once', () => {
    const reading = read(
      message(
        {
          From: '=?utf-8?q?J=C3=BCrgen?= <j@x.test>',
          Sender: '=?utf-8?q?J=C3=BCrgen?= <j@x.test>',
          To: 'Team: a@x.test, B <b@x.test>;',
          'Resent-To': 'later@x.test',
          Cc: 'c@x.test',
          Bcc: 'hidden@x.test',
        },
        '',
      ),
    );
    expect(reading.from).toEqual([{ name: 'Jürgen', address: 'j@x.test' }]);
    expect(reading.to.map(({ address }) => address)).toEqual(['a@x.test', 'b@x.test', 'later@x.test']);
    expect(reading.cc).toEqual([{ address: 'c@x.test' }]);
    expect(reading.bcc).toEqual([{ address: 'hidden@x.test' }]);
    expect(reading).toMatchObject({ subject: 'Plan', messageId: '<1@example.org>' });
  });

  test('gives each occurrence of the fields asked for, and of no others', () => {
    const bytes = message({ 'X-Case': '=?utf-8?q?A=2D7?=\r\n x', 'X-Other': '1' }, '');
    expect(read(bytes, ['x-case']).headers).toEqual([{ name: 'x-case', value: 'A-7 x' }]);
  });
});

describe('what keeps a message', () => {
  const of = (fields: Readonly<Record<string, string>>, text: string) => {
    const { isEncrypted, isSigned } = read(message(fields, text));
    return { isEncrypted, isSigned };
  };
  const type = (value: string) => ({ 'Content-Type': value });
  const parts = multipart('b', plain('x'), plain('y'));
  test.each([
    { name: 'PGP/MIME, signed', found: of(type('multipart/signed; boundary=b'), parts), isSigned: true },
    { name: 'PGP/MIME, encrypted', found: of(type('multipart/encrypted; boundary=b'), parts), isEncrypted: true },
    {
      name: 'S/MIME by its parameter',
      found: of(type('application/pkcs7-mime; smime-type=enveloped-data'), 'x'),
      isEncrypted: true,
    },
    {
      name: 'S/MIME by its bytes',
      found: of(type('multipart/mixed; boundary=b'), multipart('b', signedEntity('x'))),
      isSigned: true,
    },
    { name: 'PGP in text', found: of({}, 'Hello\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nabc'), isEncrypted: true },
    { name: 'signed text', found: of({}, '-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nabc'), isSigned: true },
    { name: 'prose about PGP', found: of({}, 'It begins with -----BEGIN PGP MESSAGE----- you know') },
    {
      name: 'a message nested in it does not count',
      found: of(type('message/rfc822'), 'Content-Type: multipart/signed; boundary=b\r\n\r\n'),
    },
  ])('$name', ({ found, isEncrypted = false, isSigned = false }) => {
    expect(found).toEqual({ isEncrypted, isSigned });
  });
});

describe('attachments', () => {
  test('are described by their content', () => {
    const pdf = 'Content-Type: application/octet-stream; name=a.dat\r\n\r\n%PDF-1.4 x';
    const note = `Content-Disposition: attachment; filename=n.txt\r\nContent-Type: text/plain; charset=KOI8-R\r\n\r\nhello`;
    const { attachments } = read(message({ 'Content-Type': 'multipart/mixed; boundary=b' }, multipart('b', pdf, note)));
    expect(attachments).toEqual([
      {
        ...{ index: 0, filename: 'a.dat', contentType: 'application/octet-stream', type: 'pdf', isOpened: false },
        ...{ sizeBytes: 10, contentHash: hash('sha256', '%PDF-1.4 x', 'hex') },
      },
      expect.objectContaining({ index: 1, filename: 'n.txt', type: 'text', charset: 'koi8-r' }),
    ]);
  });

  test('say whether what is in them has numbers of its own', () => {
    const stream = tnefStream(tnefFile('a.txt', Buffer.from('x')));
    const parts = multipart('b', winmail(stream), signedEntity('Content-Type: text/plain\r\n\r\ninside'));
    const { attachments, text } = read(message({ 'Content-Type': 'multipart/mixed; boundary=b' }, parts));
    expect(attachments.map(({ filename, isOpened }) => [filename, isOpened])).toEqual([
      ['winmail.dat', true],
      ['a.txt', false],
      ['', true],
    ]);
    expect(text).toContain('inside');
  });
});

const fixtures = new URL('../../../fixtures/mail/', import.meta.url);
describe('what a view shows can be found', () => {
  test.each(readdirSync(fixtures).filter((name) => name.endsWith('.eml')))('%s', async (name) => {
    const bytes = readFileSync(new URL(name, fixtures));
    const view = await viewOriginal(bytes);
    const reading = read(bytes);
    const found = new Set(wordsOf(reading.text));
    const missing = wordsOf(`${view.text}\n${htmlText(view.html ?? '')}`).filter((word) => !found.has(word));
    expect(missing).toEqual([]);
    expect(reading.attachments.map(({ filename, sizeBytes }) => ({ filename, sizeBytes }))).toEqual(
      view.attachments.map(({ filename, sizeBytes }) => ({ filename, sizeBytes })),
    );
  });
});

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

import { describe, expect, test } from 'vitest';
import { MAX_VIEW_CHARACTERS } from '../../../shared/mail/limits.ts';
import { readAttachment } from '../../../shared/mail/read-attachment.ts';
import { viewOriginal } from '../../../shared/mail/view-original.ts';
import { message, multipart } from './message.ts';

const NESTED = 'From: carol@example.com\r\n\r\nsecret of another\r\n';
const bytes = message(
  { 'Content-Type': 'multipart/mixed; boundary=b' },
  multipart(
    'b',
    `Content-Type: multipart/alternative; boundary=c\r\n\r\n${multipart('c', '\r\nplain', 'Content-Type: text/html\r\n\r\n<p>html</p>')}`,
    `Content-Type: message/rfc822\r\n\r\n${NESTED}`,
    'Content-Type: text/csv; name="=?utf-8?Q?=C3=A4.csv?="\r\nContent-Transfer-Encoding: base64\r\n\r\nYTtiDQo=',
    'Content-Type: text/plain; name=log.txt\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db',
  ),
);

describe('viewOriginal', () => {
  test('shows the body, and attachments by number', async () => {
    const view = await viewOriginal(bytes);
    expect(view.html).toContain('<p>html</p>');
    expect(view.text).toContain('plain');
    expect(view.text).not.toContain('secret');
    expect(view.truncated).toBe(false);
    expect(view.attachments).toEqual([
      { index: 0, filename: '', contentType: 'message/rfc822', sizeBytes: NESTED.length },
      { index: 1, filename: 'ä.csv', contentType: 'text/csv', sizeBytes: 5 },
      { index: 2, filename: 'log.txt', contentType: 'text/plain', sizeBytes: 3 },
    ]);
  });

  test('cuts what is too long, not within a character', async () => {
    const text = `x${'\u{1F600}'.repeat(MAX_VIEW_CHARACTERS)}`;
    const long = message({ 'Content-Type': 'text/plain; charset=utf-8' }, Buffer.from(text).toString('latin1'));
    const view = await viewOriginal(long);
    expect(view.truncated).toBe(true);
    expect(view.text.length).toBe(MAX_VIEW_CHARACTERS - 1);
    expect(view.text.isWellFormed()).toBe(true);
  });

  test('shows mail that is too much for the mail parser', async () => {
    const parts = Array.from({ length: 5_000 }, () => 'Content-Type: image/gif\r\n\r\nx');
    const body = multipart('b', 'Content-Type: text/plain; charset=utf-8\r\n\r\nstill here', ...parts);
    const view = await viewOriginal(message({ 'Content-Type': 'multipart/mixed; boundary=b' }, body));
    expect(view.text).toBe('still here');
    expect(view.attachments).toHaveLength(5_000);
  });
});

describe('readAttachment', () => {
  test('gives the exact bytes of a nested message', () => {
    const attachment = readAttachment(bytes, 0);
    expect(attachment?.contentType).toBe('message/rfc822');
    expect(Buffer.from(attachment?.content ?? []).toString()).toBe(NESTED);
  });

  test('leaves the line end before a delimiter out of a nested message that ends in a delimiter of its own', () => {
    const nested = `Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nx\r\n--i--`;
    const outer = message(
      { 'Content-Type': 'multipart/mixed; boundary=b' },
      multipart('b', `Content-Type: message/rfc822\r\n\r\n${nested}`),
    );
    expect(Buffer.from(readAttachment(outer, 0)?.content ?? []).toString()).toBe(nested);
  });

  test.each([
    ['base64', 1, 'ä.csv', 'a;b\r\n'],
    ['quoted-printable', 2, 'log.txt', 'a=b'],
  ])('decodes %s', (_, index, filename, content) => {
    const attachment = readAttachment(bytes, index);
    expect(attachment?.filename).toBe(filename);
    expect(Buffer.from(attachment?.content ?? []).toString()).toBe(content);
  });

  test.each([3, -1, 0.5, Number.NaN])('answers undefined for number %s', (index) =>
    expect(readAttachment(bytes, index)).toBeUndefined(),
  );
});

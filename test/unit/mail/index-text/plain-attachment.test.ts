import { describe, expect, test } from 'vitest';
import { extractText } from '../../../../shared/mail/index-text/extract-text.ts';
import { extractPlainText } from '../../../../shared/mail/index-text/plain-attachment.ts';

const hint = (filename: string, contentType = '') => ({ filename, contentType });

describe('what is text as it stands is read as by the reader of everything', () => {
  test.each([
    { name: 'a text', content: 'Grüße\r\n', ...hint('a.txt', 'text/plain'), says: 'Grüße' },
    { name: 'a table', content: 'a;b\r\n1;2', ...hint('a.csv', 'text/csv'), says: '1;2' },
    { name: 'a page', content: '<p>Hello <b>there</b></p>', ...hint('a.html', 'text/html'), says: 'Hello there' },
    { name: 'a date', content: 'BEGIN:VCALENDAR\nSUMMARY:Board', ...hint('a.ics', 'text/calendar'), says: 'Board' },
    { name: 'a card', content: 'BEGIN:VCARD\nFN:Ada', ...hint('a.vcf', 'text/vcard'), says: 'Ada' },
  ])('$name', async ({ content, says, filename, contentType }) => {
    const bytes = Buffer.from(content);
    const text = extractPlainText(bytes, { filename, contentType });
    expect(text).toEqual(await extractText(bytes, { filename, contentType }));
    expect(text).toMatchObject({ outcome: 'text', text: expect.stringContaining(says) });
  });
});

describe('anything else is left to others', () => {
  test.each([
    { why: 'its first bytes are those of a PDF', content: '%PDF-1.7', ...hint('a.txt', 'text/plain') },
    { why: 'it is packed', content: 'PK\u0003\u0004', ...hint('a.zip') },
    {
      why: 'it is a web page with its pictures, which is a message',
      content: 'MIME-Version: 1.0\n\n',
      ...hint('a.html'),
    },
    { why: 'it is in rich text', content: '{\\rtf1 x}', ...hint('a.txt') },
  ])('$why', ({ content, filename, contentType }) => {
    expect(extractPlainText(Buffer.from(content), { filename, contentType })).toBeUndefined();
  });
});

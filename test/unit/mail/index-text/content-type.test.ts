import { describe, expect, test } from 'vitest';
import { contentTypeOf } from '../../../../shared/mail/index-text/content-type.ts';
import { compoundFileOf, docxOf, officeOf, zipOf } from './documents.ts';

const typeOf = (content: string | Buffer, filename = '', contentType = 'application/octet-stream') =>
  contentTypeOf(Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1'), { filename, contentType });
const odf = (kind: string) =>
  zipOf({ name: 'mimetype', content: `application/vnd.oasis.opendocument.${kind}`, method: 0 });

describe('what a content is', () => {
  test.each([
    { name: 'bytes go before names', found: typeOf('%PDF-1.4', 'picture.jpg', 'image/jpeg'), type: 'pdf' },
    { name: 'a PDF behind what a printer wrote', found: typeOf('\x1b%-12345X@PJL\n%PDF-1.4'), type: 'pdf' },
    { name: 'a document by its folders', found: typeOf(docxOf('')), type: 'docx' },
    { name: 'a workbook', found: typeOf(officeOf({ 'xl/workbook.xml': '' }), 'a.zip'), type: 'xlsx' },
    { name: 'slides', found: typeOf(officeOf({ 'ppt/presentation.xml': '' })), type: 'pptx' },
    { name: 'an Open Document', found: typeOf(odf('spreadsheet')), type: 'ods' },
    { name: 'an archive', found: typeOf(zipOf({ name: 'a', content: 'b' }), 'a.txt'), type: 'archive' },
    { name: 'a Java program', found: typeOf(zipOf({ name: 'a', content: 'b' }), 'a.jar'), type: 'program' },
    {
      name: 'Word before 2007',
      found: typeOf(compoundFileOf({ WordDocument: Buffer.alloc(1) }), 'a.bin'),
      type: 'doc',
    },
    { name: 'Excel before 2007', found: typeOf(compoundFileOf({ Workbook: Buffer.alloc(1) })), type: 'xls' },
    {
      name: 'a locked document',
      found: typeOf(compoundFileOf({ EncryptedPackage: Buffer.alloc(1) }), 'a.xlsx'),
      type: 'xlsx',
    },
    {
      name: 'a message of Outlook',
      found: typeOf(compoundFileOf({ '__properties_version1.0': Buffer.alloc(1) })),
      type: 'message',
    },
    { name: 'RTF that is called a document', found: typeOf('{\\rtf1 x}', 'a.doc', 'application/msword'), type: 'rtf' },
    { name: 'a picture without a name', found: typeOf('\x89PNG\r\n\x1a\n'), type: 'image' },
    { name: 'a program whatever it is called', found: typeOf('MZ\x90\0\x03', 'invoice.pdf'), type: 'program' },
    {
      name: 'a nested message by its type',
      found: typeOf('Subject: x\r\n\r\ny', '', 'message/rfc822'),
      type: 'message',
    },
    { name: 'a name goes before a type', found: typeOf('BEGIN:VEVENT', 'a.ics', 'text/plain'), type: 'calendar' },
    { name: 'an unknown name leaves the type', found: typeOf('a,b', 'a.unknown', 'text/csv'), type: 'csv' },
    { name: 'text by its bytes', found: typeOf('hello\tworld\r\n', 'README'), type: 'text' },
    { name: 'HTML by its bytes', found: typeOf(' <!DOCTYPE html><p>', 'a.tmp'), type: 'html' },
    { name: 'UTF-16 is text', found: typeOf('\xff\xfeh\0i\0', 'a.txt', 'text/plain'), type: 'text' },
    { name: 'what is called text and is none', found: typeOf('\0\x01\x02\x03', 'a.txt', 'text/plain'), type: 'other' },
    { name: 'a source file', found: typeOf('int main;', 'a.cpp'), type: 'text' },
    { name: 'prose that begins with From', found: typeOf('From here on it is easy', 'a.txt'), type: 'text' },
    {
      name: 'a message that speaks of PDF',
      found: typeOf('Subject: %PDF-1.4\r\n\r\ny', '', 'message/rfc822'),
      type: 'message',
    },
    { name: 'nothing at all', found: typeOf('\0\x01\x02'), type: 'other' },
  ])('$name', ({ found, type }) => {
    expect(found).toBe(type);
  });
});

import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { textPdf } from '../../../../infra/local/demo/content/pdf.ts';
import { extractText } from '../../../../shared/mail/index-text/extract-text.ts';
import { tnefFile, tnefStream } from '../containers.ts';
import { message, multipart } from '../message.ts';
import { compoundFileOf, docxOf, officeOf, pdfPage, pdfStream, zipOf } from './documents.ts';

const extract = (content: string | Uint8Array, filename = '', contentType = '', charset?: string) =>
  extractText(Buffer.from(content), { filename, contentType, ...(charset !== undefined && { charset }) });
const text = async (...given: Parameters<typeof extract>) => (await extract(...given)).text;
const lines = async (...given: Parameters<typeof extract>) =>
  (await text(...given)).split('\n').map((line) => line.trim());

describe('plain text', () => {
  test.each([
    { name: 'UTF-8', content: Buffer.from('Grüße'), charset: 'iso-8859-1' },
    { name: 'a byte order mark', content: Buffer.from('\ufeffGrüße') },
    { name: 'UTF-16 with a mark', content: Buffer.from('\ufeffGrüße', 'utf16le') },
    { name: 'UTF-16 without one', content: Buffer.from('Grüße', 'utf16le') },
    { name: 'bytes without a label, as on Windows', content: Buffer.from('Grüße', 'latin1') },
    {
      name: 'bytes with a label',
      content: Buffer.from('47729f65', 'hex'),
      expected: 'GrЯe',
      charset: 'ibm866',
    },
  ])('$name', async ({ content, charset, expected = 'Grüße' }) => {
    expect(await text(content, 'a.txt', 'text/plain', charset)).toBe(expected);
  });

  test('is what an office name stands on, where it is no such thing', async () => {
    expect(await extract('<html><table><tr><td>Sum<td>12', 'export.xls')).toMatchObject({
      outcome: 'text',
      text: 'Sum 12',
    });
  });

  test('calendars and cards are unfolded, and their pictures left out', async () => {
    const card = 'BEGIN:VCARD\r\nFN:Ann\r\nNOTE:one\\, tw\r\n o\\nthree\r\nPHOTO;ENCODING=b:QUJD\r\n QUJD\r\nEND:VCARD';
    expect(await lines(card, 'a.vcf')).toEqual(['BEGIN: VCARD', 'FN: Ann', 'NOTE: one, two', 'three', 'END: VCARD']);
    const old = 'BEGIN:VCARD\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCr=\r\ngen\r\nEND:VCARD';
    expect(await text(old, 'a.vcf')).toContain('Jürgen');
  });
});

describe('Office Open XML', () => {
  test('a document with all that stands around its body', async () => {
    const body =
      '<w:p><w:r><w:t>Rech</w:t></w:r><w:r><w:t>nung</w:t><w:tab/><w:t>4711</w:t></w:r></w:p>' +
      '<w:p><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del></w:p>' +
      '<mc:AlternateContent><mc:Choice><w:t>box</w:t></mc:Choice><mc:Fallback><w:t>box</w:t></mc:Fallback></mc:AlternateContent>';
    const document = docxOf(body, {
      'docProps/core.xml': '<cp:p><dc:title>Title &amp; all</dc:title><dcterms:created>2020</dcterms:created></cp:p>',
      'word/header1.xml': '<w:hdr><w:p><w:t>head</w:t></w:p></w:hdr>',
      'word/footnotes.xml': '<w:p><w:t>foot</w:t></w:p>',
      'word/comments.xml': '<w:p><w:t>remark</w:t></w:p>',
      'word/embeddings/a.docx': docxOf('<w:t>embedded</w:t>'),
    });
    expect(await lines(document)).toEqual([
      'Title & all',
      'Rechnung\t4711',
      'deleted',
      'boxhead',
      'foot',
      'remark',
      'embedded',
    ]);
  });

  test('cells row by row as they are shown', async () => {
    const sheet =
      '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>inline</t></is></c></row>' +
      '<row><c s="1"><v>46053</v></c><c s="2"><v>1234.5</v></c><c s="3"><v>0.25</v></c><c><v>0.30000000000000004</v></c>' +
      '<c t="str"><f>A1</f><v>formula</v></c><c t="b"><v>1</v></c></row>';
    const workbook = officeOf({
      'xl/workbook.xml': '<sheets><sheet name="Costs &lt;2026&gt;" r:id="1"/></sheets>',
      'xl/sharedStrings.xml': '<si><r><t>sha</t></r><r><t>red</t></r><rPh><t>sound</t></rPh></si>',
      'xl/styles.xml':
        '<numFmts><numFmt numFmtId="164" formatCode="#,##0.00&quot; EUR&quot;"/></numFmts>' +
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="9"/></cellXfs>',
      'xl/worksheets/sheet1.xml': `<sheetData>${sheet}</sheetData>`,
      'xl/comments1.xml': '<comment><text><r><t>remark</t></r></text></comment>',
    });
    expect(await lines(workbook)).toEqual([
      'Costs <2026>',
      'shared\tinline',
      '2026-01-31\t1234.50\t25%\t0.3\tformula',
      'remark',
    ]);
  });

  test('slides in the order of their numbers, with their notes', async () => {
    const slide = (said: string) => `<p:sld><a:p><a:r><a:t>${said}</a:t></a:r></a:p></p:sld>`;
    const presentation = officeOf({
      'ppt/presentation.xml': '',
      'ppt/slides/slide10.xml': slide('ten'),
      'ppt/slides/slide2.xml': slide('two'),
      'ppt/notesSlides/notesSlide1.xml': slide('note'),
    });
    expect(await lines(presentation)).toEqual(['two', 'ten', 'note']);
  });

  test('in UTF-16', async () => {
    const xml = Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><w:p><w:t>wide</w:t></w:p>', 'utf16le');
    expect(await text(officeOf({ 'word/document.xml': xml }))).toBe('wide');
  });

  test('with a password, cut short, and broken', async () => {
    const locked = compoundFileOf({ EncryptedPackage: Buffer.from('x') });
    expect(await extract(locked, 'a.docx')).toMatchObject({ outcome: 'unreadable', reason: 'password' });
    const whole = docxOf(`<w:t>${'begin '.repeat(5_000)}</w:t>`);
    expect(await extract(whole.subarray(0, 200), 'a.docx')).toMatchObject({ outcome: 'unreadable', reason: 'damaged' });
    const broken = zipOf(
      { name: '[Content_Types].xml', content: '' },
      { name: 'word/document.xml', content: 'x', packed: Buffer.from('no deflate') },
    );
    expect(await extract(broken)).toMatchObject({ outcome: 'unreadable', reason: 'damaged' });
  });
});

describe('Open Document', () => {
  const odf = (kind: string, parts: Readonly<Record<string, string>>) =>
    zipOf(
      { name: 'mimetype', content: `application/vnd.oasis.opendocument.${kind}`, method: 0 },
      ...Object.entries(parts).map(([name, content]) => ({ name, content })),
    );

  test('paragraphs, blanks, comments, tables and titles', async () => {
    const content =
      '<text:h>Head</text:h><text:p>a<text:s/>b<text:tab/>c<office:annotation><text:p>remark</text:p></office:annotation></text:p>' +
      '<table:table table:name="Costs"><table:table-row><table:table-cell office:value="1"><text:p>1,00</text:p></table:table-cell></table:table-row></table:table>';
    const document = odf('text', { 'meta.xml': '<dc:title>Title</dc:title>', 'content.xml': content });
    expect((await lines(document)).filter(Boolean)).toEqual(['Title', 'Head', 'a b\tc remark', 'Costs', '1,00']);
  });

  test('with a password', async () => {
    const manifest = '<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>';
    const document = odf('text', { 'META-INF/manifest.xml': manifest, 'content.xml': 'garbage' });
    expect(await extract(document)).toMatchObject({ outcome: 'unreadable', reason: 'password', text: '' });
  });
});

describe('PDF', () => {
  test('the text of its pages', async () => {
    expect(await lines(textPdf(['Rechnung 4711', 'über (12) EUR']))).toEqual(['Rechnung 4711', 'über (12) EUR']);
  });

  test('words that a line end breaks are joined', async () => {
    expect(await text(textPdf(['Die Zusammen-', 'fassung']))).toBe('Die Zusammenfassung');
  });

  test('what is filled into forms, comments, and files in it', async () => {
    const page =
      '/Resources << /Font << /F 5 0 R >> >> /Annots [ << /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Ann Field) /Rect [0 0 9 9] >> ' +
      '<< /Type /Annot /Subtype /Text /Contents (a remark) /Rect [0 0 9 9] >> ]';
    expect(await lines(pdfPage('BT /F 12 Tf 50 700 Td (page) Tj ET', [], page))).toEqual([
      'page',
      'a remark',
      'Ann Field',
    ]);
  });

  test('Japanese in a font that the reader has to bring', async () => {
    const page = '/Resources << /Font << /F 6 0 R >> >>';
    const further = [
      '<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /90ms-RKSJ-H /DescendantFonts [7 0 R] >>',
      '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Ryumin-Light /FontDescriptor 8 0 R /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>',
      '<< /Type /FontDescriptor /FontName /Ryumin-Light /Flags 4 /FontBBox [0 0 9 9] /ItalicAngle 0 /Ascent 8 /Descent -2 /CapHeight 7 /StemV 8 >>',
    ];
    expect(await text(pdfPage('BT /F 12 Tf 50 700 Td <93FA967B8CEA> Tj ET', further, page))).toBe('日本語');
  });

  test('without text, and broken', async () => {
    expect(await extract(pdfPage(''))).toMatchObject({ outcome: 'nothing', text: '' });
    expect(await extract('%PDF-1.7\n\0 nothing of that kind')).toMatchObject({
      outcome: 'unreadable',
      reason: 'damaged',
    });
  });

  test('an unreadable stream costs its own text only', async () => {
    const flate = pdfStream(deflateSync(Buffer.from('BT /F 12 Tf 50 700 Td (fine) Tj ET')), '/Filter /FlateDecode');
    const page = '/Resources << /Font << /F 5 0 R >> >>';
    expect(await text(pdfPage('BT /F 12 Tf 50 600 Td (fine) Tj ET', [flate], page))).toBe('fine');
  });
});

describe('RTF', () => {
  test('with headers, notes and title', async () => {
    const rtf =
      "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\info{\\title Plan}}{\\header Head\\par}\\pard Gr\\'fc\\u223?e{\\footnote foot}\\par{\\*\\generator x;}}";
    expect((await lines(rtf, 'a.rtf')).filter(Boolean)).toEqual(
      ['Plan', 'Head', 'Grüße', 'foot'].toSpliced(2, 2, 'Grüßefoot'),
    );
  });
});

describe('messages', () => {
  test('people, subject, body and attachments', async () => {
    const attached = 'Content-Type: text/plain; name=note.txt\r\nContent-Disposition: attachment\r\n\r\nnoted';
    const nested = message(
      { Bcc: 'hidden@x.test', 'Content-Type': 'multipart/mixed; boundary=b' },
      multipart('b', 'Content-Type: text/html\r\n\r\n<b>bold</b>', attached),
    );
    expect(await lines(nested, '', 'message/rfc822')).toEqual([
      ...['Plan', 'Ann <ann@example.org>', 'bob@example.net', 'hidden@x.test', 'bold', 'note.txt', 'noted'],
    ]);
  });

  test('a mailbox file', async () => {
    const one = (subject: string) => `From a@x Mon Jan  1 00:00:00 2026\nSubject: ${subject}\n\nFrom here\n\n`;
    expect(await lines(one('first') + one('second'), 'a.mbox')).toEqual([
      'first',
      'From here',
      '',
      'second',
      'From here',
    ]);
  });

  test('of Outlook', async () => {
    const wide = (value: string) => Buffer.from(value, 'utf16le');
    const file = compoundFileOf({
      '__properties_version1.0': Buffer.alloc(32),
      '__substg1.0_0037001F': wide('Betreff'),
      '__substg1.0_0C1A001F': wide('Jürgen'),
      '__substg1.0_1000001F': wide('The body.'),
      '__recip_version1.0_#00000000': { '__substg1.0_39FE001F': wide('ann@x.test') },
      '__attach_version1.0_#00000000': {
        '__substg1.0_3707001F': wide('note.txt'),
        '__substg1.0_37010102': Buffer.from('noted '.repeat(1_000)),
      },
      '__attach_version1.0_#00000001': {
        '__substg1.0_3701000D': { '__substg1.0_0037001F': wide('Nested'), '__properties_version1.0': Buffer.alloc(24) },
      },
    });
    const read = await lines(file, 'a.msg');
    expect(read.slice(0, 5)).toEqual(['Betreff', 'Jürgen', 'ann@x.test', 'The body.', 'note.txt']);
    expect(read[5]).toMatch(/^noted noted/);
    expect(read.at(-1)).toBe('Nested');
  });

  test('TNEF', async () => {
    expect(await lines(tnefStream(tnefFile('a.txt', Buffer.from('inside'))), 'winmail.dat')).toEqual([
      'a.txt',
      'inside',
    ]);
  });
});

describe('Office before 2007', () => {
  test('a Word document in pieces', async () => {
    const document = Buffer.alloc(4_096);
    const wide = Buffer.from('Grüße\r', 'utf16le');
    const narrow = Buffer.from('\x13 HYPERLINK "x" \x14link\x15\x07end', 'latin1');
    document.writeUInt16LE(0xa5ec, 0);
    document.writeUInt16LE(0x00c1, 2);
    document.writeUInt16LE(0x0200, 0x0a);
    document.writeUInt32LE(0, 0x01a2);
    wide.copy(document, 1_024);
    narrow.copy(document, 2_048);
    const pieces = Buffer.alloc(5 + 12 + 16);
    pieces[0] = 2;
    pieces.writeUInt32LE(28, 1);
    pieces.writeUInt32LE(6, 5 + 4);
    pieces.writeUInt32LE(6 + narrow.length, 5 + 8);
    pieces.writeUInt32LE(1_024, 5 + 12 + 2);
    pieces.writeUInt32LE(2_048 * 2 + 0x40000000, 5 + 12 + 8 + 2);
    document.writeUInt32LE(pieces.length, 0x01a6);
    const file = compoundFileOf({ WordDocument: document, '1Table': pieces });
    expect(await lines(file)).toEqual(['Grüße', 'link\tend']);
    document.writeUInt16LE(0x0300, 0x0a);
    expect(await extract(compoundFileOf({ WordDocument: document }))).toMatchObject({ reason: 'password' });
  });

  test('a workbook, whose strings go on in the next record', async () => {
    const record = (type: number, ...parts: readonly Buffer[]) => {
      const head = Buffer.alloc(4);
      const data = Buffer.concat(parts);
      head.writeUInt16LE(type, 0);
      head.writeUInt16LE(data.length, 2);
      return Buffer.concat([head, data]);
    };
    const double = (value: number) => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value);
      return bytes;
    };
    const strings = Buffer.concat([Buffer.from([1, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0]), Buffer.from('sha')]);
    const workbook = Buffer.concat([
      record(0x0809, Buffer.from([0, 6, 5, 0])),
      record(0x0085, Buffer.from([0, 0, 0, 0, 0, 0, 5, 0]), Buffer.from('Costs')),
      record(0x00fc, strings),
      record(0x003c, Buffer.from([1]), Buffer.from('red', 'utf16le')),
      record(0x00fd, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
      record(0x0203, Buffer.from([1, 0, 0, 0, 0, 0]), double(12.5)),
      record(0x027e, Buffer.from([1, 0, 1, 0, 0, 0]), Buffer.from([(42 << 2) | 2, 0, 0, 0])),
    ]);
    expect((await lines(compoundFileOf({ Workbook: workbook }))).filter(Boolean)).toEqual([
      'Costs',
      'shared',
      '12.5\t42',
    ]);
    const locked = compoundFileOf({ Workbook: record(0x002f, Buffer.alloc(6)) });
    expect(await extract(locked)).toMatchObject({ reason: 'password' });
  });

  test('slides', async () => {
    const atom = (version: number, type: number, content: Buffer) => {
      const head = Buffer.alloc(8);
      head.writeUInt16LE(version, 0);
      head.writeUInt16LE(type, 2);
      head.writeUInt32LE(content.length, 4);
      return Buffer.concat([head, content]);
    };
    const texts = [atom(0, 0x0fa0, Buffer.from('Grüße\rzwei', 'utf16le')), atom(0, 0x0fa8, Buffer.from('narrow'))];
    const stream = atom(0x0f, 1_000, Buffer.concat([...texts, ...texts]));
    expect(await lines(compoundFileOf({ 'PowerPoint Document': stream }))).toEqual(['Grüße', 'zwei', 'narrow']);
  });
});

describe('archives', () => {
  test('names and texts, in archives within them too', async () => {
    const inner = zipOf({ name: 'inner.txt', content: 'deep' });
    const archive = zipOf(
      { name: 'dir/', content: '' },
      { name: 'inner.zip', content: inner },
      { name: 'a.png', content: 'not looked at' },
    );
    expect(await lines(archive)).toEqual(['dir/', 'inner.zip', 'inner.txt', 'deep', 'a.png']);
  });

  test('gzip and tar', async () => {
    const header = Buffer.alloc(512);
    header.write('dir/a.txt', 0);
    header.write('00000000005', 124);
    header.write('0', 156);
    header.write('ustar', 257);
    const tar = Buffer.concat([header, Buffer.from('hello'.padEnd(512, '\0')), Buffer.alloc(1024)]);
    expect(await lines(gzipSync(tar), 'a.tgz')).toEqual(['dir/a.txt', 'hello']);
    expect(await lines(gzipSync('just text'), 'notes.txt.gz')).toEqual(['just text']);
  });

  test('what is locked is told, and the rest read', async () => {
    const archive = zipOf(
      { name: 'secret.txt', content: 'x', isEncrypted: true },
      { name: 'open.txt', content: 'open' },
    );
    expect(await extract(archive)).toEqual({
      ...{ outcome: 'unreadable', reason: 'password', text: 'secret.txt\nopen.txt\nopen', truncated: false },
    });
  });

  test('one cut short gives what is there', async () => {
    const archive = zipOf({ name: 'a.txt', content: 'first' }, { name: 'b.txt', content: 'x'.repeat(5_000) });
    expect(await extract(archive.subarray(0, 50), 'a.zip')).toMatchObject({
      outcome: 'unreadable',
      reason: 'damaged',
      text: 'a.txt\nfirst',
    });
  });

  test('of a kind that is not read', async () => {
    expect(await extract('7z\xbc\xaf\x27\x1c')).toMatchObject({ outcome: 'nothing' });
    expect(await extract(Buffer.from('377abcaf271c0004', 'hex'))).toMatchObject({
      outcome: 'unreadable',
      reason: 'format',
    });
  });
});

test.each([
  { name: 'pictures have no text', content: Buffer.from('89504e470d0a1a0a', 'hex'), outcome: 'nothing' },
  { name: 'an empty content has none', content: Buffer.alloc(0), outcome: 'nothing' },
  {
    name: 'what is encrypted cannot be read',
    content: Buffer.from('-----BEGIN PGP MESSAGE-----\n'),
    outcome: 'unreadable',
  },
])('$name', async ({ content, outcome }) => {
  expect(await extract(content, 'a.pdf')).toMatchObject({ outcome, text: '' });
});

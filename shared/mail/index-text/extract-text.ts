import type { AttachmentType } from '../../domain/attachment-type.ts';
import type { ContentHint, ExtractedText } from '../../domain/extracted-text.ts';
import { readRtfDocument } from '../tnef/rtf-body.ts';
import { asBuffer } from './as-buffer.ts';
import { contentTypeOf, isHtml, isText } from './content-type.ts';
import { Extraction, MAX_TEXT_CHARACTERS } from './extraction.ts';
import { readArchive } from './formats/archive.ts';
import { isMailboxFile, readMailboxFile, readMailMessage } from './formats/mail-message.ts';
import { readOfficeOpenXml } from './formats/office-open-xml.ts';
import { readOldPresentation } from './formats/old-presentation.ts';
import { readOldWorkbook } from './formats/old-workbook.ts';
import { readFlatOpenDocument, readOpenDocument } from './formats/open-document.ts';
import { readOutlookMessage } from './formats/outlook-message.ts';
import { readPdf } from './formats/pdf.ts';
import { plainText } from './formats/plain-text.ts';
import { readTnefMessage } from './formats/tnef-message.ts';
import { readWordDocument } from './formats/word-document.ts';
import { htmlText } from './html-text.ts';
import { readPlainText } from './plain-attachment.ts';

const NOT_OF_TEXT = new Set<AttachmentType>(['pdf', 'docx', 'xlsx', 'pptx', 'doc', 'xls', 'ppt', 'tnef', 'archive']);
const ZIP_MARK = 'PK';
const COMPOUND_MARK = '\xd0\xcf\x11\xe0';

/**
 * The text of an attachment, which is what its first bytes say, else its name, else its type. `isOver` tells when time
 * is up. Never fails on account of the bytes that are wrong; ones made to take for ever do, or take all memory.
 */
export async function extractText(
  content: Uint8Array,
  hint: ContentHint,
  isOver: () => boolean = () => false,
): Promise<ExtractedText> {
  const extraction = new Extraction(isOver);
  const readContent = async (bytes: Buffer, about: ContentHint): Promise<void> => {
    try {
      await readAs(contentTypeOf(bytes, about), bytes, about, extraction, readContent);
    } catch {
      extraction.unreadable('damaged');
    }
  };
  await readContent(asBuffer(content), hint);
  return extraction.result();
}

async function readAs(
  type: AttachmentType,
  content: Buffer,
  hint: ContentHint,
  extraction: Extraction,
  readContent: (content: Buffer, hint: ContentHint) => Promise<void>,
): Promise<void> {
  if (content.length === 0) return;
  // Many programs call a table in HTML, or with tabs, an Excel file.
  if (NOT_OF_TEXT.has(type) && isText(content)) {
    const text = plainText(content, hint.charset);
    return extraction.line(isHtml(content) ? htmlText(text) : text);
  }
  if (readPlainText(type, content, hint, extraction)) return;
  switch (type) {
    case 'pdf':
      return await readPdf(content, extraction, readContent);
    case 'docx':
    case 'xlsx':
    case 'pptx':
      if (isCompoundFile(content)) return extraction.unreadable('password');
      return await readOfficeOpenXml(content, type, extraction, readContent);
    case 'odt':
    case 'ods':
    case 'odp':
      return isZip(content) ? await readOpenDocument(content, extraction) : readFlatOpenDocument(content, extraction);
    case 'rtf':
      return extraction.line(readRtfDocument(content, 2 * MAX_TEXT_CHARACTERS));
    case 'html':
      return await readMailMessage(content, extraction, readContent);
    case 'message':
      if (isCompoundFile(content)) return await readOutlookMessage(content, extraction, readContent);
      if (isMailboxFile(content)) return await readMailboxFile(content, extraction, readContent);
      return await readMailMessage(content, extraction, readContent);
    case 'tnef':
      return await readTnefMessage(content, extraction, readContent);
    case 'archive':
      return await readArchive(content, hint.filename, extraction, readContent);
    case 'image':
      if (hint.contentType === 'image/svg+xml' || /\.svg$/i.test(hint.filename))
        extraction.line(htmlText(plainText(content)));
      return;
    case 'encrypted':
      return extraction.unreadable('password');
    case 'doc':
      return readWordDocument(content, extraction);
    case 'xls':
      return readOldWorkbook(content, extraction);
    case 'ppt':
      return readOldPresentation(content, extraction);
    case 'document':
      return extraction.unreadable('format');
    case 'text':
    case 'csv':
    case 'calendar':
    case 'contact':
    case 'audio':
    case 'video':
    case 'signature':
    case 'program':
    case 'other':
      return;
  }
}

function isZip(content: Buffer): boolean {
  return content.toString('latin1', 0, 2) === ZIP_MARK;
}

function isCompoundFile(content: Buffer): boolean {
  return content.toString('latin1', 0, 4) === COMPOUND_MARK;
}

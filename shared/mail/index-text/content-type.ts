import type { AttachmentType } from '../../domain/attachment-type.ts';
import { attachmentTypeOfMediaType, attachmentTypeOfName } from '../../search/attachment-type.ts';
import { utf16Of } from './utf16.ts';

/** Where PDF programs look for the mark: mail gateways and printers write lines before it. */
const PDF_MARK_WITHIN = 1024;
/** How far the entries of a ZIP archive are looked at for what it is. Stops a search through gigabytes. */
const LOOKED_AT = 4 * 1024 * 1024;

/** Bytes at the beginning that stand for one type only. */
const MARKS: readonly (readonly [type: AttachmentType, mark: string])[] = [
  ['rtf', '{\\rtf'],
  ['tnef', '\x78\x9f\x3e\x22'],
  ['image', '\x89PNG\r\n'],
  ['image', '\xff\xd8\xff'],
  ['image', 'GIF8'],
  ['image', 'II*\0'],
  ['image', 'MM\0*'],
  ['image', '8BPS'],
  ['archive', '\x1f\x8b\x08'],
  ['archive', '7z\xbc\xaf\x27\x1c'],
  ['archive', 'Rar!\x1a\x07'],
  ['archive', '\xfd7zXZ\0'],
  ['archive', '\x28\xb5\x2f\xfd'],
  ['archive', 'BZh'],
  ['archive', 'MSCF'],
  ['program', '\x7fELF'],
  ['audio', 'ID3'],
  ['audio', 'OggS'],
  ['audio', 'fLaC'],
  ['audio', '#!AMR'],
  ['video', '\x1a\x45\xdf\xa3'],
  ['signature', '-----BEGIN PGP SIGNATURE-----'],
  ['encrypted', '-----BEGIN PGP MESSAGE-----'],
  ['message', 'From '],
  ['calendar', 'BEGIN:VCALENDAR'],
  ['contact', 'BEGIN:VCARD'],
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether there are any
const CONTROLS = /[\x00-\x06\x0e-\x1a\x1c-\x1f]/;
const RIFF_KINDS = new Map<string, AttachmentType>([
  ['WEBP', 'image'],
  ['AVI ', 'video'],
  ['WAVE', 'audio'],
]);
/** What is text in any case: what its name and type say of it decides which. */
const OF_TEXT = new Set<AttachmentType>([
  'text',
  'html',
  'csv',
  'calendar',
  'contact',
  'message',
  'encrypted',
  'signature',
]);
const PDF = /%PDF-\d\.\d/;
/** Compound files [MS-CFB]. */
const CFB = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';
const ZIP = ['PK\x03\x04', 'PK\x05\x06', 'PK00PK'];
/** In a local header the name stands behind so many bytes. */
const ZIP_NAME_AT = 30;
const HTML = /^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[\s\S]{0,200}?-->\s*)?<(?:!doctype html|html|head|body)\b/i;
const FLAT_ODF =
  /<office:document\b[^>]*office:mimetype="application\/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)/;

/** What a content is: as its own bytes say, else its name, else its media type, else whether it is text. */
export function contentTypeOf(
  content: Buffer,
  { filename, contentType }: { readonly filename: string; readonly contentType: string },
): AttachmentType {
  const start = content.toString('latin1', 0, PDF_MARK_WITHIN);
  const named = attachmentTypeOfName(filename);
  const labelled = attachmentTypeOfMediaType(contentType);
  const byBytes = typeOfBytes(content, start, named, named ?? labelled);
  if (byBytes) return byBytes;
  const said = specific(named) ?? specific(labelled) ?? named ?? labelled;
  const isText = looksLikeText(start);
  // A name that speaks of an office document does not make one of text, nor that of a text one of an image.
  if (isText && said === undefined) return HTML.test(start) ? 'html' : 'text';
  if (isText && said === 'text') return flatOdf(start) ?? (HTML.test(start) ? 'html' : 'text');
  if (said === undefined) return 'other';
  if (!isText && OF_TEXT.has(said) && said !== 'encrypted' && said !== 'signature') return 'other';
  return said;
}

/** Types that tell more than that it is text. */
function specific(type: AttachmentType | undefined): AttachmentType | undefined {
  return type === 'text' || type === 'other' ? undefined : type;
}

function typeOfBytes(
  content: Buffer,
  start: string,
  named: AttachmentType | undefined,
  said: AttachmentType | undefined,
): AttachmentType | undefined {
  if (ZIP.some((mark) => start.startsWith(mark))) return typeOfZip(content, start, named);
  if (start.startsWith(CFB)) return typeOfCompoundFile(content, named);
  // Prose that begins with the word From is no mailbox.
  const mark = MARKS.find(([type, bytes]) => start.startsWith(bytes) && (type !== 'message' || named === 'message'));
  if (mark) return mark[0];
  if (start.startsWith('MZ') && start.includes('\0')) return 'program';
  if (start.startsWith('BM') && start.includes('\0')) return 'image';
  if (start.startsWith('RIFF')) return RIFF_KINDS.get(start.slice(8, 12));
  if (start.slice(4, 8) === 'ftyp') {
    if (/^(heic|heix|mif1|avif)/.test(start.slice(8, 12))) return 'image';
    return start.startsWith('M4A', 8) ? 'audio' : 'video';
  }
  // Behind other lines it is the mark of a PDF unless something else is said: text may speak of it.
  if (start.startsWith('%PDF-') || ((said ?? 'pdf') === 'pdf' && PDF.test(start))) return 'pdf';
  return start.startsWith('ustar', 257) ? 'archive' : undefined;
}

/** Open Document names its type in its first entry; Office Open XML has its folders. */
function typeOfZip(content: Buffer, start: string, named: AttachmentType | undefined): AttachmentType {
  const name = start.slice(ZIP_NAME_AT, ZIP_NAME_AT + 200);
  const declared = /^mimetype(application\/[\w.+-]+)/.exec(name)?.[1] ?? '';
  const kind = /opendocument\.(text|spreadsheet|presentation)|vnd\.sun\.xml\.(writer|calc|impress)/.exec(declared);
  const open = ODF_KINDS.get(kind?.[1] ?? kind?.[2] ?? '');
  if (open) return open;
  if (named === 'program' || named === 'document') return named;
  const has = (entry: string): boolean => {
    const at = content.subarray(0, LOOKED_AT).indexOf(entry);
    return at >= 0 || content.subarray(-LOOKED_AT).indexOf(entry) >= 0;
  };
  if (!has('[Content_Types].xml')) return named === 'docx' || named === 'xlsx' || named === 'pptx' ? named : 'archive';
  if (has('word/document')) return 'docx';
  if (has('xl/workbook.bin')) return 'document';
  if (has('xl/workbook')) return 'xlsx';
  if (has('ppt/presentation')) return 'pptx';
  return named ?? 'archive';
}

const ODF_KINDS = new Map<string, AttachmentType>([
  ['text', 'odt'],
  ['writer', 'odt'],
  ['spreadsheet', 'ods'],
  ['calc', 'ods'],
  ['presentation', 'odp'],
  ['impress', 'odp'],
]);

function flatOdf(start: string): AttachmentType | undefined {
  return ODF_KINDS.get(FLAT_ODF.exec(start)?.[1] ?? '');
}

function typeOfCompoundFile(content: Buffer, named: AttachmentType | undefined): AttachmentType {
  const has = (name: string): boolean => content.indexOf(Buffer.from(`${name}\0`, 'utf16le')) >= 0;
  // A locked document of Office Open XML is an encrypted stream in a compound file.
  if (has('EncryptedPackage')) return named === undefined || OF_TEXT.has(named) ? 'encrypted' : named;
  if (has('__properties_version1.0')) return 'message';
  if (has('WordDocument')) return 'doc';
  if (has('Workbook') || has('Book')) return 'xls';
  if (has('PowerPoint Document')) return 'ppt';
  return named === undefined || OF_TEXT.has(named) ? 'document' : named;
}

/** Whether a content is text, as far as its beginning tells. */
export function isText(content: Buffer): boolean {
  return looksLikeText(content.toString('latin1', 0, PDF_MARK_WITHIN)) && !content.includes('%PDF-');
}

/** Whether a text is an HTML document. */
export function isHtml(content: Buffer): boolean {
  return HTML.test(content.toString('latin1', 0, PDF_MARK_WITHIN));
}

/** No control characters but those that text has; in UTF-16 half of ASCII is NUL. */
function looksLikeText(start: string): boolean {
  if (start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff')) return true;
  const isUtf16 = start.includes('\0') && utf16Of(Buffer.from(start, 'latin1')) !== undefined;
  return !CONTROLS.test(isUtf16 ? start.replaceAll('\0', '') : start);
}

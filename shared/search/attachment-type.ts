import { ATTACHMENT_TYPES, type AttachmentType } from '../domain/attachment-type.ts';

/** Extensions of names by what they stand for. `document`: text in a form that nobody reads here. */
const EXTENSIONS: { readonly [Type in AttachmentType]?: string } = {
  pdf: 'pdf',
  docx: 'docx docm dotx dotm',
  doc: 'doc dot',
  odt: 'odt ott odm sxw fodt',
  rtf: 'rtf',
  xlsx: 'xlsx xlsm xltx xltm xlam',
  xls: 'xls xlt',
  ods: 'ods ots sxc fods',
  csv: 'csv tsv tab',
  pptx: 'pptx pptm potx potm ppsx ppsm',
  ppt: 'ppt pot pps',
  odp: 'odp otp sxi fodp',
  text:
    'txt text md markdown rst log diff patch json jsonl ndjson yaml yml toml ini cfg conf properties xml xsd xsl rss ' +
    'tex bib srt vtt po sql c h cc cpp cxx hpp cs m mm java kt scala go rs py rb pl pm php lua r swift js mjs cjs jsx ' +
    'ts tsx css scss less vue sh bash zsh awk sed pas f f90 asm s hs ml ex exs erl clj lisp el tcl cmake gradle dockerfile ' +
    'makefile lst asc nfo reg env',
  html: 'html htm xhtml shtml mht mhtml',
  calendar: 'ics ical ifb vcs',
  contact: 'vcf vcard',
  message: 'eml msg mbox',
  tnef: 'tnef',
  archive: 'zip 7z rar gz tgz tar bz2 tbz tbz2 xz txz zst lz lzma cab arj lha lzh z epub',
  image: 'jpg jpeg jpe png gif bmp tif tiff webp heic heif avif svg ico psd jp2 eps ai wmf emf raw dng xcf pcx',
  audio: 'mp3 wav ogg oga opus flac m4a aac wma amr aif aiff mid midi',
  video: 'mp4 m4v mov avi mkv webm wmv mpg mpeg flv 3gp ogv',
  document: 'pages numbers key wpd wps vsd vsdx pub one mdb accdb mpp djvu xps oxps chm xlsb dwg dxf odg odf odb sxd',
  signature: 'sig p7s',
  encrypted: 'pgp gpg p7m rpmsg',
  program: 'exe dll msi com bat cmd scr jar apk dmg pkg deb rpm iso bin app vbs ps1 js_ wsf lnk',
};

const BY_EXTENSION = new Map<string, AttachmentType>();
for (const type of ATTACHMENT_TYPES) {
  for (const extension of EXTENSIONS[type]?.split(' ') ?? []) BY_EXTENSION.set(extension, type);
}

const MS = 'application/vnd.openxmlformats-officedocument.';
const BY_CONTENT_TYPE = new Map<string, AttachmentType>([
  ['application/pdf', 'pdf'],
  ['application/x-pdf', 'pdf'],
  [`${MS}wordprocessingml.document`, 'docx'],
  ['application/vnd.ms-word.document.macroenabled.12', 'docx'],
  ['application/msword', 'doc'],
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/rtf', 'rtf'],
  ['text/rtf', 'rtf'],
  [`${MS}spreadsheetml.sheet`, 'xlsx'],
  ['application/vnd.ms-excel.sheet.macroenabled.12', 'xlsx'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['text/csv', 'csv'],
  ['text/tab-separated-values', 'csv'],
  [`${MS}presentationml.presentation`, 'pptx'],
  [`${MS}presentationml.slideshow`, 'pptx'],
  ['application/vnd.ms-powerpoint', 'ppt'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['application/json', 'text'],
  ['application/xml', 'text'],
  ['application/javascript', 'text'],
  ['application/x-sh', 'text'],
  ['text/calendar', 'calendar'],
  ['text/x-vcalendar', 'calendar'],
  ['text/vcard', 'contact'],
  ['text/x-vcard', 'contact'],
  ['text/directory', 'contact'],
  ['message/rfc822', 'message'],
  ['message/global', 'message'],
  ['application/mbox', 'message'],
  ['application/vnd.ms-outlook', 'message'],
  ['application/ms-tnef', 'tnef'],
  ['application/vnd.ms-tnef', 'tnef'],
  ['application/zip', 'archive'],
  ['application/x-zip-compressed', 'archive'],
  ['application/gzip', 'archive'],
  ['application/x-gzip', 'archive'],
  ['application/x-tar', 'archive'],
  ['application/x-7z-compressed', 'archive'],
  ['application/vnd.rar', 'archive'],
  ['application/x-rar-compressed', 'archive'],
  ['application/epub+zip', 'archive'],
  ['application/pgp-signature', 'signature'],
  ['application/pkcs7-signature', 'signature'],
  ['application/x-pkcs7-signature', 'signature'],
  ['application/pgp-encrypted', 'encrypted'],
  ['application/pkcs7-mime', 'encrypted'],
  ['application/x-pkcs7-mime', 'encrypted'],
  ['application/x-microsoft-rpmsg-message', 'encrypted'],
  ['application/x-msdownload', 'program'],
  ['application/vnd.microsoft.portable-executable', 'program'],
  ['application/vnd.android.package-archive', 'program'],
  ['application/java-archive', 'program'],
  ['application/postscript', 'document'],
]);

/** Names that queries may use beside those of types and extensions. */
const GROUPS: ReadonlyMap<string, readonly AttachmentType[]> = new Map<string, readonly AttachmentType[]>([
  ['word', ['docx', 'doc', 'odt', 'rtf']],
  ['excel', ['xlsx', 'xls', 'ods', 'csv']],
  ['spreadsheet', ['xlsx', 'xls', 'ods', 'csv']],
  ['powerpoint', ['pptx', 'ppt', 'odp']],
  ['presentation', ['pptx', 'ppt', 'odp']],
  ['office', ['docx', 'doc', 'odt', 'rtf', 'xlsx', 'xls', 'ods', 'pptx', 'ppt', 'odp', 'pdf']],
  ['picture', ['image']],
  ['photo', ['image']],
  ['sound', ['audio']],
  ['invitation', ['calendar']],
  ['executable', ['program']],
]);

/** What a name says that a content is; `undefined` where it says nothing. */
export function attachmentTypeOfName(filename: string): AttachmentType | undefined {
  return BY_EXTENSION.get(extensionOf(filename));
}

/** What a media type (`type/subtype`, lower case) says that a content is; `undefined` where it says nothing. */
export function attachmentTypeOfMediaType(contentType: string): AttachmentType | undefined {
  const known = BY_CONTENT_TYPE.get(contentType);
  if (known) return known;
  const [top = ''] = contentType.split('/', 1);
  if (top === 'image' || top === 'audio' || top === 'video' || top === 'text') return top;
  if (contentType.endsWith('+xml') || contentType.endsWith('+json') || top === 'message') return 'text';
  return undefined;
}

/**
 * The types that a word behind `type:` means: a type, a group of them (`word`, `excel`), or an extension (`jpg`); empty
 * where it is none.
 */
export function attachmentTypesNamed(name: string): readonly AttachmentType[] {
  const wanted = name.toLowerCase();
  const type = ATTACHMENT_TYPES.find((known) => known === wanted) ?? BY_EXTENSION.get(wanted);
  return GROUPS.get(wanted) ?? (type ? [type] : []);
}

/** Behind the last dot, lower case; of a name without a dot all of it (`Makefile`). */
function extensionOf(filename: string): string {
  const name = filename.trim().toLowerCase();
  return name.slice(name.lastIndexOf('.') + 1);
}

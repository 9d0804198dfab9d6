import { crc32, deflateRawSync } from 'node:zlib';

/** A file of a ZIP archive; `packed` stands in the place of its deflated content. */
export interface ZipFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly packed?: Uint8Array;
  readonly isEncrypted?: boolean;
  readonly method?: number;
}

/** A ZIP archive of deflated files. */
export function zipOf(...files: readonly ZipFile[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, packed, isEncrypted = false, method = 8 } of files) {
    const bytes = Buffer.from(content);
    const stored = packed ?? (method === 8 ? deflateRawSync(bytes) : bytes);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(2048 + (isEncrypted ? 1 : 0), 2);
    facts.writeUInt16LE(method, 4);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(stored.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, Buffer.from(name), stored]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), facts, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\x05\x06'), end]);
}

const CONTENT_TYPES = { name: '[Content_Types].xml', content: '<Types/>' };

/** An Office Open XML document of these parts. */
export function officeOf(parts: Readonly<Record<string, string | Uint8Array>>): Buffer {
  return zipOf(CONTENT_TYPES, ...Object.entries(parts).map(([name, content]) => ({ name, content })));
}

/** A Word document with that body. */
export function docxOf(body: string, parts: Readonly<Record<string, string | Uint8Array>> = {}): Buffer {
  return officeOf({ 'word/document.xml': `<w:document><w:body>${body}</w:body></w:document>`, ...parts });
}

/** A PDF file of these objects, numbered from 1; the first is its catalog. */
export function pdfOf(objects: readonly (string | Uint8Array)[], trailer = ''): Buffer {
  const pieces: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = pieces[0]?.length ?? 0;
  const push = (piece: string | Uint8Array): void => {
    const bytes = typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Buffer.from(piece);
    pieces.push(bytes);
    length += bytes.length;
  };
  for (const [index, object] of objects.entries()) {
    offsets.push(length);
    push(`${index + 1} 0 obj\n`);
    push(object);
    push('\nendobj\n');
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const head = `xref\n0 ${size}\n0000000000 65535 f \n${table}`;
  push(`${head}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${length}\n%%EOF\n`);
  return Buffer.concat(pieces);
}

/** A stream of PDF. */
export function pdfStream(content: string | Uint8Array, dictionary = ''): Buffer {
  const bytes = Buffer.from(content);
  const head = Buffer.from(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`);
  return Buffer.concat([head, bytes, Buffer.from('\nendstream')]);
}

/** A PDF file of one page; `further` are objects from 6 on. */
export function pdfPage(
  content: string | Uint8Array,
  further: readonly (string | Uint8Array)[] = [],
  page = '',
): Buffer {
  const resources = '/Resources << /Font << /F 5 0 R >> >>';
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R ${page || resources} >>`,
    pdfStream(content),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...further,
  ]);
}

/** A folder of a compound file: streams, and folders. */
export interface Folder {
  readonly [name: string]: Buffer | Folder;
}

const SECTOR = 512;
const NONE = 0xffffffff;
const END_OF_CHAIN = 0xfffffffe;
const FAT_SECTOR = 0xfffffffd;
/** Smaller streams lie elsewhere. */
const SMALLEST_STREAM = 4096;

/** A compound file [MS-CFB] of version 3; streams are filled up with NULs to 4096 bytes. */
export function compoundFileOf(root: Folder): Buffer {
  const entries: { name: string; kind: number; right: number; child: number; start: number; size: number }[] = [];
  const sectors: Buffer[] = [];
  const fat: number[] = [];
  const chain = (content: Buffer): number => {
    const start = sectors.length;
    for (let at = 0; at < content.length; at += SECTOR) {
      const sector = Buffer.alloc(SECTOR);
      content.copy(sector, 0, at, at + SECTOR);
      sectors.push(sector);
      fat.push(sectors.length);
    }
    fat[fat.length - 1] = END_OF_CHAIN;
    return start;
  };
  const add = (name: string, node: Buffer | Folder, kind: number): number => {
    const entry = { name, kind, right: NONE, child: NONE, start: 0, size: 0 };
    const id = entries.push(entry) - 1;
    if (Buffer.isBuffer(node)) {
      const content = Buffer.concat([node, Buffer.alloc(Math.max(0, SMALLEST_STREAM - node.length))]);
      entry.start = chain(content);
      entry.size = content.length;
      return id;
    }
    let previous: number | undefined;
    for (const [childName, child] of Object.entries(node)) {
      const childId = add(childName, child, Buffer.isBuffer(child) ? 2 : 1);
      const before = previous === undefined ? undefined : entries[previous];
      if (before) before.right = childId;
      else entry.child = childId;
      previous = childId;
    }
    return id;
  };
  add('Root Entry', root, 5);
  const directory = Buffer.alloc(Math.ceil(entries.length / 4) * SECTOR);
  for (const [id, { name, kind, right, child, start, size }] of entries.entries()) {
    const at = id * 128;
    const written = directory.write(name, at, 'utf16le');
    directory.writeUInt16LE(written + 2, at + 64);
    directory[at + 66] = kind;
    directory.writeUInt32LE(NONE, at + 68);
    directory.writeUInt32LE(right, at + 72);
    directory.writeUInt32LE(child, at + 76);
    directory.writeUInt32LE(kind === 5 ? END_OF_CHAIN : start, at + 116);
    directory.writeUInt32LE(size, at + 120);
  }
  const directoryStart = chain(directory);
  const fatSectors = Math.ceil((fat.length + 2) / (SECTOR / 4));
  const fatStart = sectors.length;
  for (let index = 0; index < fatSectors; index++) fat.push(FAT_SECTOR);
  const table = Buffer.alloc(fatSectors * SECTOR, 0xff);
  for (const [index, next] of fat.entries()) table.writeUInt32LE(next, index * 4);
  const header = Buffer.alloc(SECTOR, 0);
  header.write('d0cf11e0a1b11ae1', 0, 'hex');
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(fatSectors, 44);
  header.writeUInt32LE(directoryStart, 48);
  header.writeUInt32LE(END_OF_CHAIN, 60);
  header.writeUInt32LE(END_OF_CHAIN, 68);
  for (let index = 0; index < 109; index++)
    header.writeUInt32LE(index < fatSectors ? fatStart + index : NONE, 76 + index * 4);
  return Buffer.concat([header, ...sectors, table]);
}

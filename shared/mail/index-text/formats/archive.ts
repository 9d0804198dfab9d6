import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { AttachmentType } from '../../../domain/attachment-type.ts';
import { attachmentTypeOfName } from '../../../search/attachment-type.ts';
import type { Extraction, ReadContent } from '../extraction.ts';
import { isTar, tarFiles } from './tar.ts';
import { type Unpacked, unpackEntry, unpackStream, zipEntries } from './zip.ts';

/** Of one archive: their names are listed, and no more. Stops directories of millions. */
const MAX_LISTED = 10_000;
const ZIP_MARK = 'PK';
const GZIP_MARK = '\x1f\x8b';
const ZSTD_MARK = '\x28\xb5\x2f\xfd';
/** Not unpacked: there is no text in them. */
const WITHOUT_TEXT = new Set<AttachmentType | undefined>(['image', 'audio', 'video', 'program']);

/** The names and the texts of the files in an archive: ZIP, tar, gzip, zstd. Others are no form that is read. */
export async function readArchive(
  archive: Buffer,
  filename: string,
  extraction: Extraction,
  readContent: ReadContent,
): Promise<void> {
  const start = archive.toString('latin1', 0, 4);
  if (start.startsWith(ZIP_MARK)) return await readZip(archive, extraction, readContent);
  if (isTar(archive)) return await readTar(archive, extraction, readContent);
  const stream = start.startsWith(GZIP_MARK)
    ? createGunzip()
    : start === ZSTD_MARK
      ? createZstdDecompress()
      : undefined;
  if (stream === undefined) return extraction.unreadable('format');
  if (!extraction.mayOpen) return;
  const unpacked = await unpackStream(stream, archive, extraction.bytesLeft);
  const name = filename.replace(/\.(gz|zst)$/i, '').replace(/\.tgz$/i, '.tar');
  await extraction.within(() => readUnpacked(unpacked, name, extraction, readContent));
}

async function readZip(zip: Buffer, extraction: Extraction, readContent: ReadContent): Promise<void> {
  const { entries, isCut } = zipEntries(zip, MAX_LISTED + 1);
  if (isCut) extraction.unreadable('damaged');
  for (const entry of entries) {
    if (!extraction.takeEntry()) return;
    extraction.line(entry.name);
    if (entry.name.endsWith('/') || WITHOUT_TEXT.has(attachmentTypeOfName(entry.name))) continue;
    if (!extraction.mayOpen) continue;
    if (entry.isEncrypted) {
      extraction.unreadable('password');
      continue;
    }
    const unpacked = await unpackEntry(zip, entry, extraction.bytesLeft);
    if (unpacked === undefined) extraction.unreadable('format');
    else await extraction.within(() => readUnpacked(unpacked, entry.name, extraction, readContent));
  }
}

async function readTar(tar: Buffer, extraction: Extraction, readContent: ReadContent): Promise<void> {
  for (const { name, content, isWhole } of tarFiles(tar)) {
    if (!extraction.takeEntry()) return;
    extraction.line(name);
    if (WITHOUT_TEXT.has(attachmentTypeOfName(name))) continue;
    const unpacked: Unpacked = { content, end: isWhole ? 'whole' : 'damaged' };
    await extraction.within(() => readUnpacked(unpacked, name, extraction, readContent));
  }
}

async function readUnpacked(
  { content, end }: Unpacked,
  filename: string,
  extraction: Extraction,
  readContent: ReadContent,
): Promise<void> {
  if (end !== 'whole') extraction.unreadable(end);
  extraction.takeBytes(content.length);
  await readContent(content, { filename, contentType: '' });
}

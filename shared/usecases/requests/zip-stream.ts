import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A file in a ZIP file: `name` is a path with slashes. */
export interface ZippedFile {
  readonly name: string;
  readonly modifiedAt: Date;
  readonly bytes: Uint8Array;
}

/**
 * A ZIP file (APPNOTE.TXT 6.3) of these, in their order, deflated. The same files make the same bytes. Holds one file
 * and a little more at a time. Throws what `files` throws; whoever stops reading early stops them.
 */
export async function* zipOf(files: AsyncIterable<ZippedFile>): AsyncGenerator<Uint8Array, void, undefined> {
  const zip = new ZipFile();
  const output = new PassThrough();
  const stop = new AbortController();
  const fail = (error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error)));
  zip.on('error', fail);
  zip.outputStream.pipe(output);
  const feeding = feed(zip, files, stop.signal).catch(fail);
  try {
    for await (const chunk of output) yield chunk;
    await feeding;
  } finally {
    stop.abort();
    output.destroy();
  }
}

/** Takes the next file only when the one before has been read, so that they do not gather here. */
async function feed(zip: ZipFile, files: AsyncIterable<ZippedFile>, signal: AbortSignal): Promise<void> {
  for await (const { name, modifiedAt, bytes } of files) {
    if (signal.aborted) return;
    const source = Readable.from([bytes]);
    const isRead = finished(source, { signal });
    zip.addReadStream(source, name, { mtime: modifiedAt, size: bytes.length });
    await isRead;
  }
  zip.end();
}

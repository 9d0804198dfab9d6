import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

/** The files that have the word, as they are or in a zstd frame. */
export async function filesWith(directory: string, word: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readIfThere(path);
    if (textsIn(bytes).some((text) => text.toString('latin1').toLowerCase().includes(word))) found.push(path);
  }
  return found;
}

/** Empty where it was deleted since it was listed. */
async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function textsIn(bytes: Buffer): readonly Buffer[] {
  const texts = [bytes];
  const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    try {
      texts.push(zstdDecompressSync(bytes.subarray(at)));
    } catch {
      // No frame of its own, or one with a dictionary.
    }
  }
  return texts;
}

import { open, rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CliError, CommandFailedError } from './failures.ts';

/**
 * Writes all of `chunks` to the file `path`, which has its name only once it is whole; answers its size in bytes.
 * What breaks off leaves no file.
 */
export async function writeOutputFile(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const partial = `${path}.${process.pid}.part`;
  try {
    if (await isSpecial(path)) return await writeAll(path, 'w', chunks);
    const sizeBytes = await writeAll(partial, 'wx', chunks);
    await rename(partial, path);
    return sizeBytes;
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof CliError) throw error;
    throw new CommandFailedError(
      `cannot write ${basename(path)}: ${error instanceof Error ? error.message : 'unknown'}`,
    );
  }
}

/** Whether `path` is there and no ordinary file: a device or a pipe must be written to, not replaced. */
async function isSpecial(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts !== undefined && !facts.isFile();
}

async function writeAll(path: string, flags: 'w' | 'wx', chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, flags, 0o600);
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks) {
      await file.writeFile(chunk);
      sizeBytes += chunk.length;
    }
    if (flags === 'wx') await file.sync();
  } finally {
    await file.close();
  }
  return sizeBytes;
}
